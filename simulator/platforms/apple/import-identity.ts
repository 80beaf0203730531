/**
 * What Apple's importer makes of a PKCS#12 payload, modelled on apple-oss-distributions/Security `p12import.c`: a MAC is
 * needed, the MAC is looked at first, and only certain schemes are known. Certificates beside the identity are not
 * stored: intermediates need payloads of their own.
 */
import type { IdentityPayload } from '../../delivery/mobileconfig/index.ts'
import { LabError } from '../../error.ts'
import type { Identity } from '../../pki/certificate.ts'
import { inspectPkcs12, openPkcs12, type Pkcs12Contents, type Pkcs12Protection } from '../../pki/pkcs12/index.ts'
import { type AppleDevice, appleQuirks, holds } from './quirks.ts'

const pbes1Schemes = ['pbe-sha1-3des', 'pbe-sha1-rc2-128', 'pbe-sha1-rc2-40', 'pbe-sha1-rc4-128', 'pbe-sha1-rc4-40']
/** The importer reads neither cipher nor PRF of PBES2: it takes every one for this combination. */
const pbes2Scheme = 'pbes2-aes-256-cbc-hmac-sha256'
const sha2Macs = ['hmac-sha224', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512']

/** The one identity in the payload; throws LabError with a code of `error-chain.ts`. */
export function importIdentity(payload: IdentityPayload, device: AppleDevice, maxIterations: number): Identity {
  requireMac(inspectPkcs12(payload.content), device)
  const contents = open(payload, device, maxIterations)
  requireSchemes(contents.protection, device)
  const [identity, ...others] = contents.identities
  if (others.length > 0)
    throw new LabError('too-many-identities', `one identity in a PKCS#12 wanted, got ${contents.identities.length}`)
  if (identity === undefined) {
    if (contents.unreadableCertificates.length > 0)
      throw new LabError('certificate-malformed', 'a readable certificate in the PKCS#12 wanted')
    throw new LabError('no-identity', 'a certificate with its private key wanted, the PKCS#12 has none')
  }
  const keyType = identity.privateKey.asymmetricKeyType
  if (keyType !== 'rsa' && keyType !== 'ec')
    throw new LabError('pkcs12-unsupported', `an RSA or EC key wanted, got ${keyType}`)
  return identity
}

function open({ content, password }: IdentityPayload, device: AppleDevice, maxIterations: number): Pkcs12Contents {
  if (password === undefined)
    throw new LabError('pkcs12-password-missing', 'Password wanted: nobody is asked for it when MDM installs', {
      hint: 'put the Password key into the PKCS#12 payload',
    })
  if (password !== '') return openPkcs12(content, password, { maxIterations })
  if (holds(appleQuirks.pkcs12EmptyPasswordFails, device))
    throw new LabError('pkcs12-wrong-password', 'a password that is not empty wanted: an empty one never opens on iOS')
  return openPkcs12(content, null, { maxIterations })
}

function requireMac({ mac }: Pkcs12Protection, device: AppleDevice): void {
  if (mac === 'none') throw new LabError('pkcs12-malformed', 'a PKCS#12 with a MAC wanted, got one without')
  const known = takesModern(device) ? ['hmac-sha1', ...sha2Macs] : ['hmac-sha1']
  if (!known.includes(mac))
    throw new LabError('pkcs12-protection-too-new', `a MAC of ${known.join(', ')} wanted, got ${mac}`, {
      hint: 'the device reports a wrong password; protect the file with 3DES and HMAC-SHA-1 for it',
    })
}

function requireSchemes({ key, certificates }: Pkcs12Protection, device: AppleDevice): void {
  const known = [...pbes1Schemes, ...(takesModern(device) ? [pbes2Scheme] : [])]
  const unknown = [...key.split('+'), ...certificates.split('+')].find(
    (each) => each !== 'none' && !known.includes(each),
  )
  if (unknown !== undefined)
    throw new LabError('pkcs12-unsupported', `an encryption of ${known.join(', ')} wanted, got ${unknown}`)
}

function takesModern(device: AppleDevice): boolean {
  return !holds(appleQuirks.pkcs12WithoutPbes2, device)
}
