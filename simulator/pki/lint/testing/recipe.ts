/** For tests: certificates written octet by octet, flawless by default, each changed as the test asks. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { Oid } from '../../../asn1/oid.ts'
import * as write from '../../../asn1/write.ts'
import { type Certificate, parseCertificate } from '../../certificate.ts'
import { type KeyUsage, keyUsages } from '../../certificate-extensions.ts'
import { LintOid } from '../lint-oid.ts'

const issuerKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' })

export const spkiOf = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' })
export const spki = {
  ec: spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
  rsa: spkiOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey),
  ed25519: spkiOf(generateKeyPairSync('ed25519').publicKey),
}

export const algorithm = (oid: string, ...parameters: Buffer[]): Buffer => write.sequence(write.oid(oid), ...parameters)

/** An RSA key that only has the size wanted. */
export function rsaSpki(bits: number, exponent: number | Buffer = 65537): Buffer {
  const modulus = Buffer.alloc(Math.ceil(bits / 8), 0xff)
  modulus[0] = 0xff >> (modulus.length * 8 - bits)
  return write.sequence(
    algorithm(Oid.rsaEncryption, write.nullValue()),
    write.bitString(write.sequence(write.integer(modulus), write.integer(exponent))),
  )
}

export interface RecipeExtension {
  readonly critical?: boolean
  readonly value: Buffer
}

export interface Recipe {
  readonly version?: number
  /** Content octets. */
  readonly serial?: Buffer
  /** Pairs of object identifier and text, or DER of the value. */
  readonly subject?: readonly (readonly [type: string, value: string | Buffer])[]
  readonly notBefore?: string
  readonly notAfter?: string
  readonly spki?: Buffer
  readonly signatureAlgorithm?: Buffer
  /** By object identifier; null takes the flawless one out. */
  readonly extensions?: Readonly<Record<string, RecipeExtension | null>>
}

export const policies = (...oids: string[]): RecipeExtension => ({
  value: write.sequence(...oids.map((each) => write.sequence(write.oid(each)))),
})

export const uri = (text: string): Buffer => write.contextPrimitive(6, Buffer.from(text))
export const rfc822Name = (text: string): Buffer => write.contextPrimitive(1, Buffer.from(text))
export const dnsName = (text: string): Buffer => write.contextPrimitive(2, Buffer.from(text))
export const otherName = (type: string, value: Buffer): Buffer =>
  write.context(0, write.oid(type), write.context(0, value))
export const directoryName = (subject: NonNullable<Recipe['subject']>): Buffer => write.context(4, nameOf(subject))

export const altNames = (...names: Buffer[]): RecipeExtension => ({ value: write.sequence(...names) })

export const crls = (...names: Buffer[]): RecipeExtension => ({
  value: write.sequence(write.sequence(write.context(0, write.context(0, ...names)))),
})

export const accesses = (...pairs: (readonly [method: string, location: Buffer])[]): RecipeExtension => ({
  value: write.sequence(...pairs.map(([method, location]) => write.sequence(write.oid(method), location))),
})

export function usages(...set: KeyUsage[]): RecipeExtension {
  const octets = Buffer.alloc(2)
  for (const each of set) {
    const bit = keyUsages.indexOf(each)
    octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7))
  }
  return { critical: true, value: write.bitString(octets) }
}

export const purposes = (...oids: string[]): RecipeExtension => ({ value: write.sequence(...oids.map(write.oid)) })

/** A value whose form no lint looks at. */
export const anything = (critical = false): RecipeExtension => ({ critical, value: write.nullValue() })

export const critical = (extension: RecipeExtension): RecipeExtension => ({ ...extension, critical: true })

const keyId = Buffer.alloc(20, 7)

/** Mailbox-validated, Strict, EC, for signing. */
export const flawless = {
  [Oid.certificatePolicies]: policies('2.23.140.1.5.1.3'),
  [Oid.crlDistributionPoints]: crls(uri('http://crl.contoso.com/issuing.crl')),
  [Oid.authorityInfoAccess]: accesses(
    [LintOid.ocsp, uri('http://ocsp.contoso.com/')],
    [LintOid.caIssuers, uri('http://crl.contoso.com/issuing.cer')],
  ),
  [Oid.keyUsage]: usages('digitalSignature'),
  [Oid.extendedKeyUsage]: purposes(Oid.emailProtection),
  [Oid.subjectAltName]: altNames(rfc822Name('alva@contoso.com')),
  [Oid.authorityKeyIdentifier]: { value: write.sequence(write.contextPrimitive(0, keyId)) },
  [Oid.subjectKeyIdentifier]: { value: write.octetString(keyId) },
} satisfies Recipe['extensions']

export const issuerSubject = [[Oid.commonName, 'Contoso Issuing CA']] as const

export function bake(recipe: Recipe = {}, signer: KeyObject = issuerKeys.privateKey): Certificate {
  return parseCertificate(bakeDer(recipe, signer))
}

export function bakeDer(recipe: Recipe = {}, signer: KeyObject = issuerKeys.privateKey): Buffer {
  const signatureAlgorithm = recipe.signatureAlgorithm ?? algorithm(Oid.ecdsaWithSha256)
  const extensions = Object.entries<RecipeExtension | null>({ ...flawless, ...recipe.extensions }).flatMap(
    ([type, extension]) =>
      extension === null
        ? []
        : [
            write.sequence(
              write.oid(type),
              ...(extension.critical === true ? [write.boolean(true)] : []),
              write.octetString(extension.value),
            ),
          ],
  )
  const tbs = write.sequence(
    ...(recipe.version === 1 ? [] : [write.context(0, write.integer((recipe.version ?? 3) - 1))]),
    write.tlv(2, recipe.serial ?? Buffer.from('5f18908f433eaa412631d192', 'hex')),
    signatureAlgorithm,
    nameOf(issuerSubject),
    write.sequence(
      write.time(new Date(recipe.notBefore ?? '2026-01-01T00:00:00Z')),
      write.time(new Date(recipe.notAfter ?? '2027-12-31T23:59:59Z')),
    ),
    nameOf(recipe.subject ?? [[Oid.commonName, 'alva@contoso.com']]),
    recipe.spki ?? spki.ec,
    write.context(3, write.sequence(...extensions)),
  )
  return write.sequence(tbs, signatureAlgorithm, write.bitString(sign('sha256', tbs, signer)))
}

function nameOf(attributes: NonNullable<Recipe['subject']>): Buffer {
  return write.sequence(
    ...attributes.map(([type, value]) =>
      write.setOf(write.sequence(write.oid(type), typeof value === 'string' ? write.utf8String(value) : value)),
    ),
  )
}
