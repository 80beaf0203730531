import { expect, test } from 'vitest'
import { nativeAnswer } from './native-answer.ts'

test.each<[{ kind: string; [field: string]: unknown }, string]>([
  [{ kind: 'apple', status: 'Acknowledged', errorChain: [] }, 'Status Acknowledged'],
  [
    {
      kind: 'apple',
      status: 'Error',
      errorChain: [
        { domain: 'MCInstallationErrorDomain', code: 4001, description: 'Profile Installation Failed' },
        { domain: 'MCCertificateErrorDomain', code: 9000, description: 'wrong password' },
      ],
    },
    'Status Error › MCInstallationErrorDomain 4001 Profile Installation Failed › MCCertificateErrorDomain 9000 wrong password',
  ],
  [{ kind: 'syncml', statuses: [{ cmd: 'Add', target: './a', data: 200 }] }, 'Status 200'],
  [
    {
      kind: 'syncml',
      statuses: [
        { cmd: 'Atomic', target: './a', data: 507 },
        { cmd: 'Add', target: './a', data: 200 },
      ],
    },
    'Status 507, 200, 507 for Atomic ./a',
  ],
  [{ kind: 'android', calls: [{ call: 'installKeyPair', subject: 'a', result: 'true' }] }, 'installKeyPair → true'],
  [{ kind: 'palm', answer: 1 }, '{"answer":1,"kind":"palm"}'],
  [{ kind: 'apple' }, 'Status ?'],
  [{ kind: 'syncml', statuses: [null, 7, { data: 'x' }] }, 'Status x, x for ? ?'],
])('%j reads %j', (native, text) => {
  expect(nativeAnswer({ native, accepted: false })).toBe(text)
})

test('an accepted delivery is told shortly, also where there was nothing to delete', () => {
  const native = { kind: 'syncml', statuses: [{ data: 404 }, { data: 200 }, { data: 200 }] }
  expect(nativeAnswer({ native, accepted: true })).toBe('Status 404, 200 ×2')
})
