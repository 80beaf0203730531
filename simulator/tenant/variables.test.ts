import { describe, expect, test } from 'vitest'
import type { TenantDevice, TenantUser } from './people.ts'
import { fillAppText, fillCertificateText, fillSubject } from './variables.ts'

const user: TenantUser = { upn: 'a.b@corp.test', address: 'alva@mail.test', name: '#Alva "A", B+C ', groups: [] }
const device: TenantDevice = {
  id: 'phone-1',
  platform: 'ios',
  os: '18',
  enrolled: new Date(0),
  groups: [],
  userSetUp: { mailAccount: false, smime: false },
}

test('several variables in one text', () => {
  expect(fillCertificateText('{{EmailAddress}}/{{UserPrincipalName}}/{{DeviceId}}', user, device)).toBe(
    'alva@mail.test/a.b@corp.test/phone-1',
  )
})

test('a subject escapes what the value holds, not what the template holds (RFC 4514 2.4)', () => {
  expect(fillSubject('CN={{UserName}},O=X', user, device)).toBe('CN=\\#Alva \\"A\\"\\, B\\+C\\ ,O=X')
})

test('what stands in a value is not a variable again', () => {
  expect(fillCertificateText('{{UserName}}', { ...user, name: '{{DeviceId}}' }, device)).toBe('{{DeviceId}}')
})

describe('refused', () => {
  test.each(['{{Username}}', '{{ UserName }}', '{{constructor}}', '{{}}', '{{mail}}'])(
    '%s is not known',
    (template) => {
      expect(() => fillSubject(template, user, device)).toThrow(expect.objectContaining({ code: 'unknown-variable' }))
    },
  )

  test.each(['{{GivenName}}', '{{SurName}}', '{{IMEINumber}}'])('%s has no value here', (template) => {
    expect(() => fillSubject(template, user, device)).toThrow(
      expect.objectContaining({ code: 'variable-without-value', message: expect.stringContaining('phone-1') }),
    )
  })
})

test('apps have variables of their own', () => {
  expect(fillAppText('{{mail}} {{partialupn}}', user, device)).toBe('alva@mail.test a.b')
  expect(() => fillAppText('{{EmailAddress}}', user, device)).toThrow(
    expect.objectContaining({ code: 'unknown-variable' }),
  )
})
