/**
 * The agent's own work before it calls the platform: everything in the bundle is opened, and every fault is listed.
 * PKCS#12 never reaches Android's interfaces, so the agent opens it, with what the platform offers.
 */
import type { AndroidAgentBundle, AndroidKeyPair } from '../../delivery/android-agent.ts'
import { LabError } from '../../error.ts'
import { type Certificate, type Identity, readCertificates } from '../../pki/certificate.ts'
import { openPkcs12, type Pkcs12Contents, type Pkcs12Protection } from '../../pki/pkcs12/index.ts'
import { shows } from './quirks.ts'
import { type AndroidCall, type Refusal, refuse } from './refusal.ts'

export interface Authority {
  readonly guid: string
  readonly certificate: Certificate
}

export interface OpenedKeyPair {
  readonly alias: string
  readonly userSelectable: boolean
  readonly grants: readonly string[]
  readonly identity: Identity
  /** Certificates of authorities that came along. */
  readonly chain: readonly Certificate[]
}

export interface CheckedBundle {
  readonly authorities: readonly Authority[]
  readonly keyPairs: readonly OpenedKeyPair[]
  readonly calls: readonly AndroidCall[]
  /** None: the bundle is fit to be installed. */
  readonly refusals: readonly Refusal[]
}

/** What opening all PKCS#12 files of one bundle may cost; each gets an equal share. */
const iterationsOfBundle = 30_000_000
const iterationsOfFile = 5_000_000

/** Reserved by KeyChain for saying no; installKeyPair throws for it. */
const aliasSelectionDenied = 'android:alias-selection-denied'

export function checkBundle(bundle: AndroidAgentBundle, osVersion: string): CheckedBundle {
  const authorities: Authority[] = []
  const keyPairs: OpenedKeyPair[] = []
  const calls: AndroidCall[] = []
  const refusals: Refusal[] = []
  for (const { GUID: guid, X509 } of bundle.openNetworkConfiguration.Certificates) {
    const certificate = readAuthority(guid, X509)
    if ('code' in certificate) {
      refusals.push(certificate)
      calls.push({ call: 'parseCertificate', subject: guid, result: 'CertificateException' })
    } else authorities.push({ guid, certificate })
  }
  const maxIterations = Math.floor(Math.min(iterationsOfFile, iterationsOfBundle / bundle.keyPairs.length))
  for (const pair of bundle.keyPairs) {
    const opened = openKeyPair(pair, osVersion, maxIterations)
    if ('code' in opened) {
      refusals.push(opened)
      calls.push({ call: 'openPkcs12', subject: pair.alias, result: showFailure(opened) })
    } else {
      keyPairs.push(opened.keyPair)
      calls.push({ call: 'openPkcs12', subject: pair.alias, result: opened.result })
    }
  }
  return { authorities, keyPairs, calls, refusals }
}

function readAuthority(guid: string, x509: string): Certificate | Refusal {
  const place = `certificate ${guid}`
  try {
    const [certificate, ...more] = readCertificates(Buffer.from(x509))
    if (certificate !== undefined && more.length === 0) return certificate
    return refuse('certificate-malformed', `${place}: one certificate wanted, got ${more.length + 1}`)
  } catch (error) {
    if (error instanceof LabError) return refuse('certificate-malformed', `${place}: ${error.message}`)
    throw error
  }
}

function openKeyPair(
  pair: AndroidKeyPair,
  osVersion: string,
  maxIterations: number,
): { keyPair: OpenedKeyPair; result: string } | Refusal {
  const { alias, userSelectable, grants } = pair
  const place = `key pair ${alias}`
  if (alias === aliasSelectionDenied) return refuse('alias-reserved', `${place}: another alias wanted`)
  let contents: Pkcs12Contents
  try {
    contents = openPkcs12(Buffer.from(pair.pkcs12, 'base64'), pair.password, { maxIterations })
  } catch (error) {
    if (error instanceof LabError) return refuse(error.code, `${place}: ${error.message}`)
    throw error
  }
  const unknown = unknownProtection(contents.protection, osVersion)
  if (unknown !== undefined)
    return refuse(
      'pkcs12-wrong-password',
      `${place}: Android ${osVersion} does not know ${unknown}, and calls it a wrong password`,
      shows('pkcs12-without-pbes2', osVersion) ? 'pkcs12-without-pbes2' : 'pbes2-cbc-only',
    )
  const [identity] = contents.identities
  if (identity === undefined) return refuse('pkcs12-without-key', `${place}: a certificate with its private key wanted`)
  const chain = contents.certificates.filter((each) => each.basicConstraints?.ca === true)
  const found = contents.identities.length
  return {
    keyPair: { alias, userSelectable, grants, identity, chain },
    // Quirk first-private-key-only: nobody is told but who reads this.
    result: found === 1 ? 'one key' : `the first of ${found} keys`,
  }
}

/** What of the file's protection the platform's provider can't do. */
function unknownProtection({ key, certificates, mac }: Pkcs12Protection, osVersion: string): string | undefined {
  const schemes = [...key.split('+'), ...certificates.split('+')]
  const known = shows('pkcs12-without-pbes2', osVersion)
    ? { scheme: /^(none|pbe-.*)$/, mac: /^(none|hmac-sha1)$/ }
    : { scheme: /^(none|pbe-.*|pbes2-aes-(128|192|256)-cbc-hmac-.*)$/, mac: /^(none|hmac-.*)$/ }
  return schemes.find((each) => !known.scheme.test(each)) ?? (known.mac.test(mac) ? undefined : `MAC ${mac}`)
}

function showFailure({ code }: Refusal): string {
  if (code === 'alias-reserved') return 'IllegalArgumentException'
  return code === 'pkcs12-wrong-password' ? 'IOException: wrong password' : 'IOException'
}
