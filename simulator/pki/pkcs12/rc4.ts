/** RC4, for reading PKCS#12 files of the 1990s; node:crypto has no RC4 (OpenSSL 3 moved it to a provider that is not loaded). */

/** Encrypts and decrypts alike. */
export function applyRc4(key: Buffer, input: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index)
  const swap = (a: number, b: number) => {
    const kept = state[a] as number
    state[a] = state[b] as number
    state[b] = kept
  }
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (state[i] as number) + (key[i % key.length] as number)) & 0xff
    swap(i, j)
  }
  const output = Buffer.alloc(input.length)
  for (let at = 0, i = 0, j = 0; at < input.length; at++) {
    i = (i + 1) & 0xff
    j = (j + (state[i] as number)) & 0xff
    swap(i, j)
    const mask = state[((state[i] as number) + (state[j] as number)) & 0xff] as number
    output[at] = (input[at] as number) ^ mask
  }
  return output
}
