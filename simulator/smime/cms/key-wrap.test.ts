import { describe, expect, test } from 'vitest'
import { type WrapName, wrapNamed } from './algorithms.ts'
import { unwrapKey, wrapKey } from './key-wrap.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

describe('vectors of the standards', () => {
  test.each<[string, WrapName, string, string, string]>([
    [
      'RFC 3394 4.1',
      'aes-128-wrap',
      '000102030405060708090A0B0C0D0E0F',
      '00112233445566778899AABBCCDDEEFF',
      '1FA68B0A8112B447 AEF34BD8FB5A7B82 9D3E862371D2CFE5',
    ],
    [
      'RFC 3394 4.4',
      'aes-192-wrap',
      '000102030405060708090A0B0C0D0E0F1011121314151617',
      '00112233445566778899AABBCCDDEEFF0001020304050607',
      '031D33264E15D332 68F24EC260743EDC E1C6C7DDEE725A93 6BA814915C6762D2',
    ],
    [
      'RFC 3394 4.6',
      'aes-256-wrap',
      '000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F',
      '00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F',
      '28C9F404C4B810F4 CBCCB35CFB87F826 3F5786E2D80ED326 CBC7F0E71A99F43B FB988B9B7A02DD21',
    ],
  ])('%s', (_, name, kek, key, wrapped) => {
    expect(wrapKey(wrapNamed(name), hex(kek), hex(key))).toEqual(hex(wrapped))
    expect(unwrapKey(wrapNamed(name), hex(kek), hex(wrapped))).toEqual(hex(key))
  })

  test('RFC 3217 3.4: the Triple-DES wrap of the standard opens', () => {
    const kek = hex('255e0d1c07b646df b3134cc843ba8aa7 1f025b7c0838251f')
    const wrapped = hex(
      '690107618ef092b3 b48ca1796b234ae9 fa33ebb4159604037 db5d6a84eb3aac2768c632775a467d4'.replaceAll(' ', ''),
    )
    expect(unwrapKey(wrapNamed('3des-wrap'), kek, wrapped)).toEqual(
      hex('2923bf85e06dd6ae 529149f1f1bae9ea b3a7da3d860d3e98'),
    )
  })
})

test.each<[WrapName, number]>([
  ['aes-128-wrap', 16],
  ['aes-256-wrap', 32],
  ['3des-wrap', 24],
])('%s: any change is seen, and odd lengths are no keys', (name, length) => {
  const spec = wrapNamed(name)
  const kek = Buffer.alloc(spec.keyLength, 7)
  const wrapped = wrapKey(spec, kek, Buffer.alloc(length, 9))
  for (let at = 0; at < wrapped.length; at++) {
    const changed = Buffer.from(wrapped)
    changed[at] = (changed[at] ?? 0) ^ 0x80
    expect(unwrapKey(spec, kek, changed)).toBeUndefined()
  }
  for (const cut of [0, 1, 7, 8, 15]) expect(unwrapKey(spec, kek, wrapped.subarray(0, cut))).toBeUndefined()
})
