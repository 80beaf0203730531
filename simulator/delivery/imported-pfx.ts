/**
 * The record by which an administrator hands a user's PFX to the service: `userPFXCertificate` of Microsoft Graph (beta).
 * The blob is the PFX as it was; its password is wrapped with RSA-OAEP to a key that only the connector holds.
 * https://learn.microsoft.com/graph/api/resources/intune-raimportcerts-userpfxcertificate
 */
import { constants, type KeyObject, privateDecrypt, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { LabError } from '../error.ts'
import { openPkcs12 } from '../pki/pkcs12/index.ts'
import { encryptOaep, type OaepHash, oaepCapacity } from './oaep.ts'

/**
 * An enumeration member of Graph, by name. Graph writes camelCase and the import tool PascalCase, so case is no matter.
 * The number behind a name is of no use: the same purposes are numbered otherwise on records and on profiles.
 */
export function graphEnum<const T extends readonly [string, ...string[]]>(members: T) {
  return z.string().transform((value, context): T[number] => {
    const member = members.find((each) => each.toLowerCase() === value.toLowerCase())
    if (member !== undefined) return member
    context.addIssue({ code: 'custom', message: `one of ${members.join(', ')} was wanted` })
    return z.NEVER
  })
}

export const intendedPurposeSchema = graphEnum(['unassigned', 'smimeEncryption', 'smimeSigning', 'vpn', 'wifi'])
export type IntendedPurpose = z.output<typeof intendedPurposeSchema>

/** `none`, `pkcs1` and `oaepSha1` are members of Graph's enumeration too; the service no longer takes them. */
const paddingHash = {
  oaepSha256: 'sha256',
  oaepSha384: 'sha384',
  oaepSha512: 'sha512',
} as const satisfies Record<string, OaepHash>
export type PaddingScheme = keyof typeof paddingHash

export const importedPfxSchema = z.looseObject({
  '@odata.type': z.literal('#microsoft.graph.userPFXCertificate').optional(),
  thumbprint: z
    .string()
    .regex(/^[0-9a-fA-F]{40}$/, 'the SHA-1 of the certificate in 40 hexadecimal digits was wanted')
    .toLowerCase(),
  intendedPurpose: intendedPurposeSchema,
  userPrincipalName: z.string().min(1),
  startDateTime: z.iso.datetime({ offset: true }),
  expirationDateTime: z.iso.datetime({ offset: true }),
  providerName: z.string(),
  keyName: z.string(),
  paddingScheme: graphEnum(['oaepSha256', 'oaepSha384', 'oaepSha512']),
  encryptedPfxBlob: z.base64(),
  encryptedPfxPassword: z.base64(),
})
export type ImportedPfxRecord = z.output<typeof importedPfxSchema>

/**
 * A record from what `JSON.parse` gave.
 *
 * @throws LabError 'imported-pfx-invalid', naming the property and nothing of its value
 */
export function parseImportedPfx(data: unknown): ImportedPfxRecord {
  const result = importedPfxSchema.safeParse(data)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new LabError('imported-pfx-invalid', `${issue?.path.map(String).join('.') || 'record'}: ${issue?.message}`)
}

/**
 * The password of the record's PFX, as the connector recovers it.
 * The import tool keeps the low 8 bits of each UTF-16 unit, hence Latin-1.
 */
export function unwrapPassword(record: ImportedPfxRecord, privateKey: KeyObject): string {
  const wrapped = Buffer.from(record.encryptedPfxPassword, 'base64')
  try {
    const octets = privateDecrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: paddingHash[record.paddingScheme] },
      wrapped,
    )
    return octets.toString('latin1')
  } catch (cause) {
    throw new LabError(
      'imported-pfx-unwrap',
      `the connector's key does not unwrap the password (${record.paddingScheme}, ${wrapped.length} octets)`,
      { hint: 'wrap the password again, to the public key that belongs to the connector', cause },
    )
  }
}

/**
 * Wraps the password of a PFX for the connector, as `encryptedPfxPassword` holds it.
 *
 * @throws LabError 'imported-pfx-password' | 'oaep-not-rsa'
 */
export function wrapPassword(
  password: string,
  publicKey: KeyObject,
  paddingScheme: PaddingScheme = 'oaepSha512',
  random: (octets: number) => Buffer = randomBytes,
): string {
  const hash = paddingHash[paddingScheme]
  // Import tools disagree about anything else: one truncates UTF-16 to 8 bits, another writes UTF-8.
  if (!/^[\x20-\x7e]*$/.test(password))
    throw new LabError('imported-pfx-password', 'a password of printable ASCII was wanted, it has other characters')
  const limit = oaepCapacity(publicKey, hash)
  if (password.length > limit)
    throw new LabError(
      'imported-pfx-password',
      `at most ${limit} octets fit ${paddingScheme} with this key, the password has ${password.length}`,
      { hint: 'take a shorter password, a longer key for the connector, or oaepSha256' },
    )
  return encryptOaep(Buffer.from(password, 'latin1'), publicKey, hash, random).toString('base64')
}

export interface ImportRequest {
  readonly pfx: Uint8Array
  readonly password: string
  readonly userPrincipalName: string
  readonly intendedPurpose: IntendedPurpose
  /** RSA, of the connector. */
  readonly publicKey: KeyObject
  readonly paddingScheme?: PaddingScheme
  /** When the record is made. */
  readonly at: Date
  /** Draws the seed of OAEP; a seeded one gives equal records twice. */
  readonly random?: (octets: number) => Buffer
}

/**
 * Makes the record that an import tool uploads. Opens the PFX first, which proves the password.
 *
 * @throws LabError 'imported-pfx-no-key', and those of `wrapPassword` and `openPkcs12`
 */
export function createImportedPfx(request: ImportRequest): ImportedPfxRecord {
  const paddingScheme = request.paddingScheme ?? 'oaepSha512'
  const { identities } = openPkcs12(request.pfx, request.password)
  const [identity] = identities
  if (identity === undefined)
    throw new LabError('imported-pfx-no-key', 'a certificate with its private key was wanted, the PFX holds none')
  const { certificate } = identity
  const made = request.at.toISOString()
  return {
    '@odata.type': '#microsoft.graph.userPFXCertificate',
    thumbprint: certificate.sha1,
    intendedPurpose: request.intendedPurpose,
    userPrincipalName: request.userPrincipalName,
    startDateTime: certificate.notBefore.toISOString(),
    expirationDateTime: certificate.notAfter.toISOString(),
    providerName: 'Microsoft Software Key Storage Provider',
    keyName: 'PFXEncryptionKey',
    paddingScheme,
    encryptedPfxBlob: Buffer.from(request.pfx).toString('base64'),
    encryptedPfxPassword: wrapPassword(request.password, request.publicKey, paddingScheme, request.random),
    createdDateTime: made,
    lastModifiedDateTime: made,
  }
}
