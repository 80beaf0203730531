import { expect, test } from 'vitest'
import { columnsOf } from '../../reports/inert.ts'
import { painter } from '../../reports/text-layout.ts'
import { forms } from './form.ts'
import { titleOf } from './form-title.ts'
import type { Limit } from './limit.ts'
import type { Matrix, Opening } from './matrix.ts'
import { type PeerName, peerNames } from './peer.ts'
import { renderTable } from './table.ts'
import { judge } from './verdict.ts'

const limit: Limit = {
  id: 'nss-no-oaep',
  peer: 'nss',
  versions: {},
  does: ['open'],
  forms: ['encrypt/aes-256-cbc/rsa-oaep-sha1/*'],
  says: ['UNSUPPORTED_KEYALG'],
  why: 'opens no RSA-OAEP before 3.100',
  evidence: ['bug 215997'],
}

function exampleMatrix(): Matrix {
  const chosen = forms.filter(({ id }) => /^sign\/ed25519|^encrypt\/aes-256-cbc\/(rsa-oaep-sha1|x25519)/.test(id))
  const producers = ['smimelab', 'nss'] as const satisfies readonly PeerName[]
  const result = (form: string, consumer: PeerName): Pick<Opening, 'result' | 'says'> => {
    if (consumer !== 'nss') return { result: 'ok', says: undefined }
    if (form.includes('x25519')) return { result: 'refused', says: 'no such algorithm' }
    return form.includes('oaep') ? { result: 'refused', says: 'UNSUPPORTED_KEYALG' } : { result: 'ok', says: undefined }
  }
  return {
    peers: producers.map((name) => ({ name, version: name === 'nss' ? '3.87.1' : 'working tree' })),
    absent: [{ name: 'openssl', packages: ['openssl'] }],
    forms: chosen,
    messages: [],
    makings: chosen.map((form) => ({ producer: 'smimelab', form, says: undefined })),
    openings: chosen.flatMap((form) =>
      producers.map((consumer) => ({ producer: 'smimelab' as const, form, consumer, ...result(form.id, consumer) })),
    ),
  }
}

test('shows who opened what, which limits are known, and what is wrong', () => {
  const matrix = exampleMatrix()
  const text = renderTable(matrix, judge(matrix, [limit]), { paint: painter(false), width: 98 })
  expect(text).toMatchInlineSnapshot(`
    "s  smimelab       working tree
    n  nss            3.87.1
    o  openssl        not installed

    made by                                       smimelab   nss
    opened by                                     s n        s n
    Signed
      clear              Ed25519                  ✓ ✓
      opaque             Ed25519                  ✓ ✓
    Encrypted, recipient by issuer and serial number
      AES-256-CBC        OAEP SHA-1               ✓ a
      AES-256-CBC        X25519, HKDF SHA-256     ✓ ✗
    Encrypted, recipient by key identifier
      AES-256-CBC        X25519, HKDF SHA-256     ✓ ✗

    ✓  what was sent came out, octet for octet; where signed or authenticated, an altered copy was
       refused
    ·  not made by that peer
    ✗  neither right nor explained

    Known limits of these versions
    a  nss 3.87.1 (1 not opened): opens no RSA-OAEP before 3.100

    No second engine here for: AES-256-CBC / OAEP SHA-1; AES-256-CBC / X25519, HKDF SHA-256

    peer-absent: openssl is not installed
      hint: sudo apt-get install -y --no-install-recommends openssl
    unexplained: nss on encrypt/aes-256-cbc/x25519-hkdf-sha256/issuer-and-serial by smimelab: no such
                 algorithm
      hint: find out whose fault it is; a limit of the peer goes into limits.ts, with its evidence
    unexplained: nss on encrypt/aes-256-cbc/x25519-hkdf-sha256/key-identifier by smimelab: no such
                 algorithm
      hint: find out whose fault it is; a limit of the peer goes into limits.ts, with its evidence

    5 messages made, opened 10 times: 7 as they should, 1 at a known limit. Failed: 3 problems, see
    above.
    "
  `)
})

test('stays within 100 columns with all peers and forms, and needs no colour', () => {
  const matrix: Matrix = {
    peers: peerNames.map((name) => ({ name, version: '1.0' })),
    absent: [],
    forms,
    messages: [],
    makings: peerNames.flatMap((producer) => forms.map((form) => ({ producer, form, says: undefined }))),
    openings: forms.flatMap((form) =>
      peerNames.flatMap((producer) =>
        peerNames.map((consumer) => ({ producer, form, consumer, result: 'ok' as const, says: undefined })),
      ),
    ),
  }
  const verdict = judge(matrix, [])
  const plain = renderTable(matrix, verdict, { paint: painter(false), width: 98 })
  const colored = renderTable(matrix, verdict, { paint: painter(true), width: 98 })
  expect(plain.split('\n').filter((line) => columnsOf(line) > 100)).toEqual([])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: SGR sequences are what is taken off.
  expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(plain)
  const titles = forms.map((form) => JSON.stringify(titleOf(form)))
  expect(new Set(titles).size).toBe(forms.length)
})
