import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { textEntity, toMessage } from './compose.ts'
import { bodyBytes, canonicalise, parseEntity } from './mime/entity.ts'
import {
  type Correspondence,
  createCorrespondence,
  encrypted,
  headers,
  signed,
  text,
} from './testing/correspondence.ts'
import { mutate, mutation } from './testing/mutation.ts'

let open: Correspondence['open']
let messages: Buffer[]

beforeAll(async () => {
  const world = await createCorrespondence('property')
  open = world.open
  const { alva, bo, boRsa } = world
  messages = [
    signed(alva),
    signed(alva, { form: 'opaque' }),
    encrypted(signed(alva), bo),
    encrypted(signed(alva), boRsa, 'aes-256-gcm'),
  ].map((entity) => toMessage(headers, entity))
})

describe('hostile messages', () => {
  it('never make openMessage throw, nor run into what it did not foresee', () => {
    fc.assert(
      fc.property(fc.nat(3), fc.array(mutation, { minLength: 1, maxLength: 4 }), (which, changes) => {
        const opened = open(mutate(messages[which] ?? text, changes))
        expect(opened.message ?? '').not.toMatch(/^unexpected/)
        expect(opened.outcome === 'closed').toBe(opened.cause !== undefined)
        // Whatever still passes as signed by Alva is what Alva signed.
        if (opened.signature.status === 'valid') {
          expect(canonicalise(opened.content?.bytes ?? Buffer.alloc(0))).toEqual(text)
          // Where the From field is gone, nobody is said to have written it.
          expect(['alva@example.test', undefined]).toContain(opened.headers.from)
        }
      }),
      { numRuns: 1500 },
    )
  })

  it('of arbitrary octets neither', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const opened = open(bytes)
        expect(opened.signature.status).toBe('unsigned')
        expect(opened.message ?? '').not.toMatch(/^unexpected/)
      }),
    )
  })

  it('of arbitrary header and structure neither', () => {
    const piece = fc.constantFrom(
      'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b',
      'Content-Type: application/pkcs7-mime',
      'Content-Transfer-Encoding: base64',
      'From: alva@example.test',
      '--b',
      '--b--',
      '',
      ' folded; boundary*0=b',
      'MIAGCSqGSIb3DQEHAqCAMIACAQExADALBgkqhkiG9w0BBwExAAAAAAAAAA==',
      'text',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.constantFrom('\r\n', '\n'), (lines, eol) => {
        const opened = open(Buffer.from(lines.join(eol)))
        expect(opened.message ?? '').not.toMatch(/^unexpected/)
        expect(opened.signature.status).not.toBe('valid')
      }),
      { numRuns: 500 },
    )
  })
})

describe('text', () => {
  const hazardous = fc.oneof(
    fc.constantFrom('\r', '\n', '\r\n', '=', '.', ' ', '\t', '\0', 'From '),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  )

  it('comes back as it was, line ends aside', () => {
    fc.assert(
      fc.property(fc.string({ unit: hazardous, maxLength: 300 }), (written) => {
        const entity = textEntity(written)
        expect(entity.every((octet) => octet < 0x80)).toBe(true)
        expect(bodyBytes(parseEntity(entity)).toString()).toBe(written.replace(/\r\n|\r|\n/g, '\r\n'))
      }),
    )
  })
})

describe('toMessage and openMessage', () => {
  it('agree on subject and addresses', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).map((each) => each.replace(/["\\]/g, ''))
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), name, (subject, displayName) => {
        const plain = [...subject]
          .filter((each) => each >= ' ' && each !== '\u007f')
          .join('')
          .trim()
        const from = `"${displayName}" <Alva@Example.test>`
        const { headers: read } = open(toMessage({ ...headers, subject: plain, from }, text))
        expect(read.subject).toBe(plain)
        expect(read.from).toBe('Alva@example.test')
      }),
    )
  })
})
