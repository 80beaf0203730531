/** Why a command failed: the Status that the device answers, and the reason in words that the device itself never gives. */
import type { QuirkId } from './quirks.ts'

export interface Refusal {
  /** OMA-TS-SyncML-RepPro-V1_2_2 10, as Windows uses it. */
  readonly status: number
  /** Lower kebab-case. */
  readonly code: string
  readonly message: string
  /** The quirk that the refusal rests on. */
  readonly quirk?: QuirkId
}

export function refuse(status: number, code: string, message: string, quirk?: QuirkId): Refusal {
  return { status, code, message, ...(quirk === undefined ? {} : { quirk }) }
}
