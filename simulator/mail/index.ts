/** Mail between devices: what carries it, where it is kept, and how it is read from an archive. */
export { type ArchivedMessage, type ArchiveProblem, readArchive } from './archive.ts'
export type { RecipientDirectory } from './directory.ts'
export { displayEntity } from './display.ts'
export { inProcessTransport, PostOffice } from './mailbox.ts'
export { smtpTransport } from './smtp.ts'
export type { Envelope, Transport } from './transport.ts'
