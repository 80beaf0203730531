/** What every wire form needs of the service that sends it. */
import type { PfxWrapper } from './pfx-protection.ts'

export interface Sender {
  readonly organization: string
  readonly pfx: PfxWrapper
}
