/** Whose encryption certificates senders can find: the address list of an organization, seen from the outside. */
import type { Certificate } from '../pki/certificate.ts'

export interface RecipientDirectory {
  /** Those to encrypt to when writing to `address` at that time; none where the directory knows nobody by it. */
  certificatesFor(address: string, at: Date): readonly Certificate[]
}
