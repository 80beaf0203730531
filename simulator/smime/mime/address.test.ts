import { describe, expect, it } from 'vitest'
import { addressesEqual, parseMailboxes } from './address.ts'

const addresses = (text: string): string[] | undefined => parseMailboxes(text)?.map((each) => each.address)

describe('parseMailboxes', () => {
  it.each([
    ['alva@example.test', ['alva@example.test']],
    ['<Alva@EXAMPLE.test>', ['Alva@example.test']],
    ['Alva Example <alva@example.test>', ['alva@example.test']],
    ['"Example, Alva" <alva@example.test>, bo@example.test', ['alva@example.test', 'bo@example.test']],
    ['John Q. Public <jqp@example.test>', ['jqp@example.test']],
    ['(the boss) alva@example.test (eve@evil.test)', ['alva@example.test']],
    ['"alva@example.test" <eve@evil.test>', ['eve@evil.test']],
    ['"alva"@example.test', ['alva@example.test']],
    ['"al va"@example.test', ['"al va"@example.test']],
    ['Group: alva@example.test, bo@example.test;', ['alva@example.test', 'bo@example.test']],
    ['undisclosed-recipients:;', []],
    ['a@[192.0.2.1]', ['a@[192.0.2.1]']],
    ['Grüße <grüße@example.test>', ['grüße@example.test']],
    ['alva@example.test,, bo@example.test,', ['alva@example.test', 'bo@example.test']],
    ['', []],
  ])('%s', (text, expected) => {
    expect(addresses(text)).toEqual(expected)
  })

  it.each([
    'alva@example.test <eve@evil.test>',
    '<alva@example.test> <eve@evil.test>',
    'alva@example.test eve@evil.test',
    'alva@example.test; eve@evil.test',
    'alva @example.test',
    'alva@example.test.evil .test',
    '<alva@example.test',
    '"alva <eve@evil.test>',
    'alva@example.test (comment',
    'alva',
    'a@b@c.test',
    '<@relay.test:alva@example.test>',
    'alva@example.test\u0000',
    'al\u00a0va@example.test',
    'Group: alva@example.test',
  ])('refuses %s', (text) => {
    expect(parseMailboxes(text)).toBeUndefined()
  })

  it('keeps the display name apart', () => {
    expect(parseMailboxes('"Alva \\"A\\" Example" <alva@example.test>')).toEqual([
      { address: 'alva@example.test', displayName: 'Alva "A" Example' },
    ])
    expect(parseMailboxes('alva@example.test')?.[0]?.displayName).toBe('')
  })

  it('takes time in proportion to the length', () => {
    const started = performance.now()
    expect(parseMailboxes(`${'('.repeat(200_000)}x`)).toBeUndefined()
    expect(parseMailboxes('"'.repeat(200_001))).toBeUndefined()
    expect(parseMailboxes('a.'.repeat(100_000))).toBeUndefined()
    expect(parseMailboxes('a '.repeat(100_000))).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('addressesEqual', () => {
  it.each([
    ['alva@example.test', 'ALVA@Example.TEST', true],
    ['alva@example.test', 'alva@example.test.evil', false],
    ['alva@example.test', 'lva@example.test', false],
    ['bo@bücher.example', 'bo@xn--bcher-kva.example', true],
    ['bo@BÜCHER.example', 'bo@bücher.example', true],
    ['bo@b%75cher.example', 'bo@bucher.example', false],
    ['gru\u0308n@example.test', 'gr\u00fcn@example.test', true],
    ['alva@ex\u0430mple.test', 'alva@example.test', false],
  ])('%s, %s: %s', (a, b, equal) => {
    expect(addressesEqual(a, b)).toBe(equal)
    expect(addressesEqual(b, a)).toBe(equal)
  })
})
