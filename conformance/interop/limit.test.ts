import { describe, expect, test } from 'vitest'
import { appliesTo, type Cell, compareVersions, covers, explains, type Limit, matchesPattern } from './limit.ts'

const limit: Limit = {
  id: 'nss-no-oaep',
  peer: 'nss',
  versions: { before: '3.100' },
  does: ['open'],
  forms: ['encrypt/*-cbc/rsa-oaep-*/*'],
  says: ['SEC_ERROR_UNSUPPORTED_KEYALG'],
  why: 'opens no RSA-OAEP before 3.100',
  evidence: ['bug 215997'],
}
const cell: Cell = {
  peer: 'nss',
  does: 'open',
  form: 'encrypt/aes-256-cbc/rsa-oaep-sha256/issuer-and-serial',
  producer: 'openssl',
}

describe('a pattern', () => {
  test.each([
    ['encrypt/*/rsa-oaep-*/*', 'encrypt/aes-256-cbc/rsa-oaep-sha1/key-identifier', true],
    ['encrypt/*/*', 'encrypt/aes-256-cbc/rsa-oaep-sha1/key-identifier', false],
    ['sign/rsa-v1.5-*/clear', 'sign/rsa-v1.5-sha256/clear', true],
    ['sign/rsa-v1.5-*/clear', 'sign/rsa-v1x5-sha256/clear', false],
    ['sign/ed25519/*', 'sign/ed25519/opaque', true],
    ['sign/ed25519', 'sign/ed25519/opaque', false],
  ])('%s on %s: %s', (pattern, form, expected) => {
    expect(matchesPattern(pattern, form)).toBe(expected)
  })
})

test('versions compare by numbers, not by letters', () => {
  expect(compareVersions('3.87.1', '3.100')).toBe(-1)
  expect(compareVersions('3.100', '3.100.0')).toBe(0)
  expect(compareVersions('2.4.9', '2.4.10')).toBe(-1)
  expect(compareVersions('1.85', '1.72')).toBe(1)
})

test('a limit applies from its first version on, and no longer to the one that does without it', () => {
  const ranged = { ...limit, versions: { from: '3.0', before: '3.100' } }
  expect(['2.99', '3.0', '3.87.1', '3.100', '3.132'].filter((version) => appliesTo(ranged, version))).toEqual([
    '3.0',
    '3.87.1',
  ])
  expect(appliesTo({ ...limit, versions: {} }, 'working tree')).toBe(true)
})

describe('a limit covers', () => {
  test('its peer, its side and its forms', () => {
    expect(covers(limit, cell)).toBe(true)
    expect(covers(limit, { ...cell, peer: 'gpgsm' })).toBe(false)
    expect(covers(limit, { ...cell, does: 'make' })).toBe(false)
    expect(covers(limit, { ...cell, form: 'encrypt/aes-256-cbc/rsa-v1.5/issuer-and-serial' })).toBe(false)
  })

  test('the messages of the producers that it names', () => {
    expect(covers({ ...limit, producers: ['bouncy-castle'] }, cell)).toBe(false)
    expect(covers({ ...limit, producers: ['bouncy-castle', 'openssl'] }, cell)).toBe(true)
  })
})

test('a limit explains only a failure of its own kind', () => {
  expect(explains(limit, 'cmsutil exit 1: SEC_ERROR_UNSUPPORTED_KEYALG')).toBe(true)
  expect(explains(limit, 'cmsutil ended by SIGSEGV: ')).toBe(false)
})
