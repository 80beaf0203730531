import { expect, test } from 'vitest'
import type { OpenResult } from '../../reports/open-document.ts'
import { painter } from '../../reports/text-layout.ts'
import { messageLines } from './open-text.ts'

const hash = 'a'.repeat(64)

function textOf(result: Partial<OpenResult>): string {
  const base = {
    file: 'mail.eml',
    outcome: 'opened',
    cause: null,
    openedBy: { subject: 'CN=Alva', issuer: 'CN=Root', serial: '01', sha256: hash },
    headers: {},
    layers: [],
    recipients: [],
    signature: { status: 'unsigned', signers: [] },
    content: { mediaType: 'text/plain', bytes: 1, sha256: hash },
  }
  return `${messageLines({ ...base, ...result } as OpenResult, [], painter(false)).join('\n')}\n`
}

test('each signer with its own status and reasons', () => {
  const signer = (name: string, status: 'valid' | 'invalid') => ({
    emails: [name],
    status,
    reasons: status === 'valid' ? [] : [{ code: 'digest-mismatch', message: 'the text was changed' }],
  })
  expect(
    textOf({
      signature: { status: 'invalid', signers: [signer('a@x.example', 'valid'), signer('b@x.example', 'invalid')] },
    }),
  ).toContain(
    '  signature   invalid by a@x.example (valid); by b@x.example (invalid):\n              digest-mismatch: the text was changed\n',
  )
})

test('a bad signature around the encryption is told with its layer', () => {
  expect(
    textOf({
      layers: [
        { kind: 'signed-opaque', algorithms: ['sha256'], signature: 'invalid' },
        { kind: 'enveloped', algorithms: ['aes-256-cbc'] },
      ],
    }),
  ).toContain('signed-opaque (sha256, INVALID) › enveloped (aes-256-cbc)')
})

test('a crowd of recipients is cut short', () => {
  const text = textOf({
    outcome: 'closed',
    cause: 'never-recipient',
    openedBy: null,
    content: null,
    recipients: Array.from({ length: 500 }, (_, index) => ({ keyIdentifier: index.toString(16) })),
  } as Partial<OpenResult>)
  expect(text.match(/sent to/g)).toHaveLength(8)
  expect(text).toContain('and 492 more')
})

test('of a closed message nobody says that it is unsigned', () => {
  expect(
    textOf({ outcome: 'closed', cause: 'integrity', openedBy: null, content: null } as Partial<OpenResult>),
  ).not.toContain('signature')
})

test('what an author chose cannot repaint the screen', () => {
  expect(textOf({ content: { mediaType: 'text/\u001b[2J', bytes: 1, sha256: hash } })).toContain('text/<U+001B>[2J')
})
