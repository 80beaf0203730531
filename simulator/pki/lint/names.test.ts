import { expect, test } from 'vitest'
import { isCountryCode } from './country-codes.ts'
import { isInternalName } from './internal-name.ts'
import { isMailboxAddress } from './mailbox-address.ts'

test.each([
  ['alva@contoso.com', true],
  ['alva.example+list@mail.contoso.com', true],
  ['"alva example"@contoso.com', true],
  ['ålva@bücher.example', true],
  ['alva@localhost', true],
  ['Alva <alva@contoso.com>', false],
  ['alva@', false],
  ['@contoso.com', false],
  ['alva', false],
  ['', false],
  ['.alva@contoso.com', false],
  ['alva..example@contoso.com', false],
  ['alva@contoso..com', false],
  ['alva@-contoso.com', false],
  ['al va@contoso.com', false],
  [`${'a'.repeat(400)}@contoso.com`, false],
])('%j is one mailbox address: %s', (text, expected) => {
  expect(isMailboxAddress(text)).toBe(expected)
})

test.each([
  ['crl.contoso.com', false],
  ['CRL.CONTOSO.COM.', false],
  ['192.0.2.42', false],
  ['[2001:db8::1]', false],
  ['pki', true],
  ['localhost', true],
  ['pki.contoso.local', true],
  ['router.home.arpa', true],
  ['pki.corp', true],
  ['corp.contoso.com', false],
  ['notlocal', true],
  ['x.notlocal', false],
])('only a private network resolves %s: %s', (host, expected) => {
  expect(isInternalName(host)).toBe(expected)
})

test.each([
  ['GB', true],
  ['gb', true],
  ['UK', false],
  ['EU', false],
  ['XX', false],
  ['GBR', false],
  ['', false],
])('%j is assigned in ISO 3166-1: %s', (code, expected) => {
  expect(isCountryCode(code)).toBe(expected)
})
