/** MIME forms of S/MIME (RFC 8551 3): what relays may do to them, what nests, what stands beside protected parts. */
import { deflateSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { Oid } from '../../asn1/oid.ts'
import * as der from '../../asn1/write.ts'
import { certificateToPem, type Identity } from '../../pki/index.ts'
import { verify } from '../cms/index.ts'
import { signEntity, textEntity, toMessage } from '../compose.ts'
import { bodyBytes, headerValue, multipartParts, parseEntity } from '../mime/entity.ts'
import {
  type Correspondence,
  createCorrespondence,
  encrypted,
  headers,
  reasonCodes,
  signed,
  text,
} from '../testing/correspondence.ts'
import { openssl } from '../testing/openssl.ts'
import { now, pemFiles } from '../testing/people.ts'
import { cmsOf } from './testing/cms-parts.ts'
import { edited, opaqueMessage } from './testing/hand-made-message.ts'
import { algorithm } from './testing/hand-made-signature.ts'

let world: Correspondence
let alva: Identity
let bo: Identity

beforeAll(async () => {
  world = await createCorrespondence('requirements on MIME')
  alva = world.alva
  bo = world.bo
})

const sent = (entity: Buffer): Buffer => toMessage(headers, entity)
const status = (message: Buffer): string => world.open(message).signature.status

describe('MSG-20 canonical text', () => {
  it('MSG-20 what we sign is in CRLF and names its charset', () => {
    const entity = signed(alva, {}, Buffer.from('Content-Type: text/plain; charset=utf-8\n\none\ntwo\n'))
    expect(entity.toString('latin1')).not.toMatch(/[^\r]\n|\r[^\n]/)
    expect(parseEntity(textEntity('Grüße')).parameters.charset).toBe('utf-8')
    expect(status(sent(entity))).toBe('valid')
  })

  it('MSG-20 a copy with LF line ends verifies, ours and that of OpenSSL', () => {
    const args = ['cms', '-sign', '-in', 'msg', '-signer', 'alva.pem', '-inkey', 'alva.key', '-from', headers.from]
    const theirs = openssl([...args, '-out', 'out'], { ...pemFiles('alva', alva), msg: text }).out
    for (const message of [sent(signed(alva)), theirs])
      expect(status(Buffer.from(message.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'))).toBe('valid')
  })
})

describe('MSG-21 what relays do', () => {
  const hazards = textEntity('Grüße \nFrom here on\ntrailing tab\t\n.\nend')

  it('MSG-21 clear-signed text is 7-bit, without trailing space or a line that begins with From', () => {
    const [first] = multipartParts(parseEntity(signed(alva, {}, hazards)))
    const body = first === undefined ? '' : first.source.toString('latin1', first.bodyStart, first.end)
    expect(body).toMatch(/^[\t\r\n -~]+$/)
    expect(body).not.toMatch(/[ \t]\r\n|^From |^\.\r\n/m)
    expect(bodyBytes(parseEntity(hazards)).toString()).toContain('From here on\r\ntrailing tab\t\r\n.\r\n')
  })

  it('MSG-21 an entity with 8-bit octets is not clear-signed', () => {
    const entity = Buffer.from('Content-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n')
    expect(() => signed(alva, { form: 'clear' }, entity)).toThrow(expect.objectContaining({ code: 'entity-not-7-bit' }))
    expect(status(sent(signed(alva, { form: 'opaque' }, entity)))).toBe('valid')
  })

  it('MSG-21 the signature holds behind relays that strip white space, quote From, and stuff dots', () => {
    const [head = '', ...rest] = sent(signed(alva, {}, hazards))
      .toString('latin1')
      .split('\r\n\r\n')
    const relayed = rest
      .join('\r\n\r\n')
      .replace(/[ \t]+(?=\r\n)/g, '')
      .replace(/^From /gm, '>From ')
      .replace(/^\./gm, '..')
    expect(status(Buffer.from(`Received: by relay.test\r\n${head}\r\n\r\n${relayed}`, 'latin1'))).toBe('valid')
  })
})

describe('MSG-22, MSG-23 names and types', () => {
  it.each([
    ['signed opaque', () => signed(alva, { form: 'opaque' }), 'signed-data'],
    ['encrypted', () => encrypted(text, bo, 'aes-256-cbc'), 'enveloped-data'],
    ['encrypted and authenticated', () => encrypted(text, bo, 'aes-256-gcm'), 'authEnveloped-data'],
  ])('MSG-22, MSG-23 are told: %s', (_, make, type) => {
    const entity = parseEntity(make())
    expect(entity.mediaType).toBe('application/pkcs7-mime')
    expect(entity.parameters).toMatchObject({ 'smime-type': type, name: 'smime.p7m' })
    expect(headerValue(entity, 'content-disposition')).toBe('attachment; filename="smime.p7m"')
  })

  it('MSG-22 of a signature beside the text', () => {
    const second = multipartParts(parseEntity(signed(alva)))[1]
    expect(second).toMatchObject({ mediaType: 'application/pkcs7-signature', parameters: { name: 'smime.p7s' } })
  })

  it.each([
    ['no smime-type', 'Content-Type: application/pkcs7-mime; name=smime.p7m'],
    ['another case', 'Content-Type: APPLICATION/PKCS7-MIME; SMIME-TYPE=Enveloped-Data; name=SMIME.P7M'],
    ['a wrong smime-type', 'Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m'],
    ['no name', 'Content-Type: application/pkcs7-mime; smime-type=enveloped-data'],
    ['an old type', 'Content-Type: application/x-pkcs7-mime'],
    ['a gateway', 'Content-Type: application/octet-stream; name=smime.p7m'],
    ['a folded smime-type', 'Content-Type: application/pkcs7-mime;\r\n\tsmime-type=\r\n\tenveloped-data'],
  ])('MSG-22, MSG-23 do not matter when reading: %s', (_, field) => {
    expect(world.open(opaqueMessage(cmsOf(encrypted(text, bo)), [field]))).toMatchObject({
      outcome: 'opened',
      content: { bytes: text },
    })
  })
})

describe('MSG-25 both forms of a signature', () => {
  it.each(['clear', 'opaque'] as const)('MSG-25 %s, made and read', (form) => {
    const message = sent(signed(alva, { form }))
    expect(world.open(message)).toMatchObject({
      outcome: 'clear',
      signature: { status: 'valid' },
      content: { bytes: text },
    })
    const ca = `${certificateToPem(world.people.root)}${certificateToPem(world.people.authority.certificate)}`
    const args = ['cms', '-verify', '-in', 'msg', '-CAfile', 'ca', '-attime', `${now.getTime() / 1000}`, '-out', 'out']
    expect(openssl(args, { msg: message, ca })).toMatchObject({ ok: true, out: text })
  })
})

describe('MSG-27 protocol and micalg', () => {
  it.each([
    ['sha256', 'sha-256'],
    ['sha384', 'sha-384'],
    ['sha512', 'sha-512'],
  ] as const)('MSG-27 are told for %s', (digest, micalg) => {
    const entity = signed(alva, { digest })
    expect(entity.toString('latin1')).toContain('protocol="application/pkcs7-signature"')
    expect(parseEntity(entity).parameters).toMatchObject({ protocol: 'application/pkcs7-signature', micalg })
  })

  it.each([
    ['missing', ' micalg=sha-256;', ''],
    ['quoted', 'micalg=sha-256', 'micalg="sha-256"'],
    ['a list', 'micalg=sha-256', 'micalg="sha-1,sha-256"'],
    ['of older mail', 'micalg=sha-256', 'micalg=rsa-sha256'],
    ['wrong', 'micalg=sha-256', 'micalg=md5'],
    ['unknown', 'micalg=sha-256', 'micalg=x-none'],
  ])('MSG-27 a micalg that is %s does not matter', (_, from, to) => {
    expect(status(edited(sent(signed(alva)), from, to))).toBe('valid')
  })
})

describe('MSG-28 nesting', () => {
  it('MSG-28, ESS-03 signed, encrypted, signed again: each signature is told by itself', () => {
    const inside = signed(alva)
    const outside = signed(world.stranger, {}, encrypted(inside, bo, 'aes-256-gcm'))
    const opened = world.open(sent(outside))
    expect(opened.layers.map((each) => [each.kind, each.signature?.status])).toEqual([
      ['signed-clear', 'untrusted'],
      ['auth-enveloped', undefined],
      ['signed-clear', 'valid'],
    ])
    expect(opened).toMatchObject({ outcome: 'opened', signature: { status: 'valid' }, content: { bytes: text } })
  })

  it('MSG-28 ten layers open, of a thousand none is shown', () => {
    const wrapped = (layers: number): Buffer => {
      let entity = text
      for (let at = 0; at < layers; at++)
        entity = at % 2 === 0 ? signed(alva, { form: 'opaque' }, entity) : encrypted(entity, bo)
      return entity
    }
    expect(world.open(sent(wrapped(10)))).toMatchObject({ outcome: 'opened', content: { bytes: text } })
    const wrappedByNobody = (content: Buffer): Buffer => {
      const inside = der.sequence(der.oid(Oid.data), der.context(0, der.octetString(content)))
      const body = der.sequence(der.integer(1), der.setOf(), inside, der.setOf())
      const cms = der.sequence(der.oid(Oid.signedData), der.context(0, body))
      return Buffer.concat([
        Buffer.from('Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n'),
        cms,
      ])
    }
    let bomb = text
    for (let at = 0; at < 1000; at++) bomb = wrappedByNobody(bomb)
    const opened = world.open(sent(bomb))
    expect(opened).toMatchObject({ outcome: 'closed', cause: 'malformed' })
    expect(opened.content).toBeUndefined()
  })
})

it('MSG-29, CMS-05 certificates alone are told as such, and are no signature', () => {
  const files = { 'alva.pem': certificateToPem(alva.certificate) }
  const made = openssl(['crl2pkcs7', '-nocrl', '-certfile', 'alva.pem', '-outform', 'DER', '-out', 'out'], files)
  const message = opaqueMessage(made.out, [
    'Content-Type: application/pkcs7-mime; smime-type=certs-only; name=smime.p7c',
  ])
  const opened = world.open(message)
  expect(opened).toMatchObject({
    outcome: 'clear',
    layers: [{ kind: 'certs-only' }],
    signature: { status: 'unsigned' },
  })
  expect(opened.content).toBeUndefined()
  const { certificates, signers } = verify(made.out)
  expect(certificates.map(({ sha256 }) => sha256)).toEqual([alva.certificate.sha256])
  expect(signers).toEqual([])
})

describe('MSG-30 compressed data', () => {
  const compressedBy = (dotted: string, octets: Buffer): Buffer => {
    const inner = der.sequence(der.oid(Oid.data), der.context(0, der.octetString(octets)))
    const body = der.sequence(der.integer(0), algorithm(dotted), inner)
    return opaqueMessage(der.sequence(der.oid(Oid.compressedData), der.context(0, body)))
  }

  it('MSG-30 is read', () => {
    expect(world.open(compressedBy(Oid.zlibCompress, deflateSync(text)))).toMatchObject({
      outcome: 'clear',
      content: { bytes: text },
    })
  })

  it('MSG-30 that would fill memory is not inflated, by another algorithm is told', () => {
    const bomb = world.open(compressedBy(Oid.zlibCompress, deflateSync(Buffer.alloc(100_000_000))))
    expect(bomb).toMatchObject({ outcome: 'closed', cause: 'malformed' })
    const unknown = world.open(compressedBy('1.3.6.1.4.1.99999.8', text))
    expect(unknown).toMatchObject({ outcome: 'closed', message: expect.stringContaining('1.3.6.1.4.1.99999.8') })
  })
})

describe('MSG-32 parts that are not one', () => {
  const among = (inner: Buffer, kind: 'mixed' | 'alternative' | 'related'): Buffer =>
    Buffer.concat([
      Buffer.from(`Content-Type: multipart/${kind}; boundary=edge\r\n\r\n--edge\r\nContent-Type: text/html\r\n\r\n`),
      Buffer.from('<img src="https://eve.test/?\r\n--edge\r\n'),
      inner,
      Buffer.from('\r\n--edge\r\nContent-Type: text/html\r\n\r\n">\r\n--edge--\r\n'),
    ])

  it.each(['mixed', 'alternative', 'related'] as const)(
    'MSG-32 an encrypted part of multipart/%s is not opened, and is told of',
    (kind) => {
      const opened = world.open(sent(among(encrypted(text, bo), kind)))
      expect(opened).toMatchObject({ outcome: 'clear', layers: [], signature: { status: 'unsigned' } })
      expect(opened.content?.bytes.includes(text)).toBe(false)
      expect(opened.message).toContain(`multipart/${kind}`)
    },
  )

  it('MSG-32 a signed part does not sign what stands around it', () => {
    const opened = world.open(sent(among(signed(alva), 'mixed')))
    expect(opened.signature.status).toBe('unsigned')
  })

  it('MSG-32 nor does a signature around an encrypted part vouch for what is inside', () => {
    const opened = world.open(sent(signed(alva, {}, encrypted(text, bo))))
    expect(opened).toMatchObject({ outcome: 'opened', signature: { status: 'unsigned' }, content: { bytes: text } })
  })
})

describe('MSG-34 a message inside', () => {
  it('MSG-34 message/rfc822 in a signature keeps its octets and its own type', () => {
    const inner = Buffer.concat([Buffer.from('Content-Type: message/rfc822\r\n\r\n'), toMessage(headers, text)])
    const opened = world.open(sent(signEntity(inner, { signer: alva, form: 'clear', signingTime: now })))
    expect(opened).toMatchObject({ signature: { status: 'valid' }, content: { bytes: inner } })
    expect(reasonCodes(opened)).toEqual([])
  })
})
