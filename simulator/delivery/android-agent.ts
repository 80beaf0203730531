/**
 * What an Android management agent is told to do. Android has no MDM wire protocol: a device-policy app speaks its
 * vendor's own protocol with its service and then calls `DevicePolicyManager` and `KeyChain` on the device, and hands
 * the mail app its managed configuration. This media type is such an app's calls, as data:
 *
 * - `openNetworkConfiguration` in the terms of Open Network Configuration, as the Android Management API takes it:
 *   each certificate becomes one `installCaCert`;
 * - `keyPairs`: the agent opens each PKCS#12 itself, since none ever reaches the platform, and calls `installKeyPair`,
 *   then `grantKeyPairToApp` for each package;
 * - `managedConfigurations`: one `setApplicationRestrictions` for each package.
 */
import { z } from 'zod'
import { LabError } from '../error.ts'

export const androidAgentMediaType = 'application/vnd.smimelab.android-agent+json'

/** Far above an honest bundle with a long key history. */
export const androidAgentLimits = {
  bytes: 8 * 1024 * 1024,
  values: 150_000,
  certificates: 200,
  keyPairs: 500,
  grants: 20,
  entries: 200,
} as const

const name = z.string().min(1).max(256)
const packageName = z
  .string()
  .max(256)
  .regex(/^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/, 'a package name wanted')
const base64 = z
  .base64()
  .min(4)
  .max(2 * 1024 * 1024)

const schema = z.strictObject({
  kind: z.literal('android-agent-bundle'),
  version: z.literal(1),
  openNetworkConfiguration: z.strictObject({
    Type: z.literal('UnencryptedConfiguration'),
    Certificates: z
      .array(z.strictObject({ GUID: name, Type: z.literal('Authority'), X509: z.string().max(64 * 1024) }))
      .max(androidAgentLimits.certificates),
  }),
  keyPairs: z
    .array(
      z.strictObject({
        /** The primary key of the KeyChain: the same alias again replaces the key and revokes its grants. */
        alias: name,
        pkcs12: base64,
        password: z.string().max(1024),
        /** Whether the user may pick the key in the system's chooser. */
        userSelectable: z.boolean(),
        /** Packages that get the key without asking anybody. */
        grants: z.array(packageName).max(androidAgentLimits.grants),
      }),
    )
    .max(androidAgentLimits.keyPairs),
  managedConfigurations: z
    .array(
      z.strictObject({
        packageName,
        restrictions: z
          .record(name, z.union([z.boolean(), z.string().max(64 * 1024), z.number()]))
          .refine((entries) => Object.keys(entries).length <= androidAgentLimits.entries, {
            message: `at most ${androidAgentLimits.entries} restrictions wanted`,
          }),
      }),
    )
    .max(androidAgentLimits.entries),
})

export type AndroidAgentBundle = Readonly<z.infer<typeof schema>>
export type AndroidKeyPair = AndroidAgentBundle['keyPairs'][number]
export type ManagedConfiguration = AndroidAgentBundle['managedConfigurations'][number]

/** @throws LabError 'android-bundle-malformed' where the bundle is none that a device would take */
export function encodeAndroidAgentBundle(bundle: AndroidAgentBundle): Buffer {
  return Buffer.from(`${JSON.stringify(check(bundle), null, 2)}\n`)
}

/** @throws LabError 'android-bundle-malformed' */
export function decodeAndroidAgentBundle(bytes: Uint8Array): AndroidAgentBundle {
  if (bytes.length > androidAgentLimits.bytes)
    throw malformed(`at most ${androidAgentLimits.bytes} octets wanted, got ${bytes.length}`)
  const value = parseJson(bytes)
  refuseTricks(value)
  return check(value)
}

/**
 * What the schema can't see: it looks at every element before it looks at their number, and a name `__proto__` is lost
 * on it.
 */
function refuseTricks(value: unknown): void {
  const open: unknown[] = [value]
  for (let seen = 0; open.length > 0; seen++) {
    if (seen + open.length > androidAgentLimits.values)
      throw malformed(`at most ${androidAgentLimits.values} JSON values wanted`)
    const each = open.pop()
    if (typeof each !== 'object' || each === null) continue
    if (Object.hasOwn(each, '__proto__')) throw malformed('a key is named __proto__')
    for (const child of Object.values(each)) open.push(child)
  }
}

/** The parser's own message is left out: it quotes the text, which holds passwords. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw malformed('JSON in UTF-8 wanted')
  }
}

function check(value: unknown): AndroidAgentBundle {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw malformed(issue === undefined ? 'another shape wanted' : `${place(issue.path)}: ${issue.message}`)
}

function place(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'bundle' : path.map(String).join('.').slice(0, 200)
}

function malformed(what: string): LabError {
  return new LabError('android-bundle-malformed', `Android agent bundle: ${what}`)
}
