/** PKCS#12 files (RFC 7292, RFC 9579): open, inspect, write. */

export { inspectPkcs12 } from './inspect.ts'
export { type OpenOptions, openPkcs12, type Pkcs12Contents, type UnreadableCertificate } from './open.ts'
export type { Pkcs12Protection } from './protection.ts'
export { type WriteInput, type WriteProtection, writePkcs12 } from './write.ts'
