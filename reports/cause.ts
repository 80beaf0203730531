/** Why a message stayed closed on a device: a closed set of codes, each with the words that reports use. */

export const causeCodes = [
  'never-recipient',
  'key-never-delivered',
  'key-removed',
  'key-wiped',
  'key-not-selected',
  'key-not-accessible',
  'key-unusable',
  'algorithm-unsupported',
  'smime-off',
  'no-account',
  'integrity',
  'malformed',
] as const

export type Cause = (typeof causeCodes)[number]

export interface CauseWords {
  /** For a cell of a table: at most 8 columns. */
  readonly short: string
  /** What it means, as a clause that follows "closed:". */
  readonly meaning: string
}

export const causeWords: Readonly<Record<Cause, CauseWords>> = {
  'never-recipient': { short: 'not for', meaning: 'never encrypted to a key of this user' },
  'key-never-delivered': { short: 'no key', meaning: 'the key exists, but was never delivered to this device' },
  'key-removed': { short: 'removed', meaning: 'the key was on the device and was removed from it' },
  'key-wiped': { short: 'wiped', meaning: 'the key went when the device was wiped' },
  'key-not-selected': { short: 'unused', meaning: 'the key is there, but the mail app uses another' },
  'key-not-accessible': { short: 'denied', meaning: 'the key is there, but the mail app may not use it' },
  'key-unusable': { short: 'bad key', meaning: 'the key is there, but cannot do what the message needs' },
  'algorithm-unsupported': { short: 'no algo', meaning: 'the device does not know an algorithm of the message' },
  'smime-off': { short: 'off', meaning: 'S/MIME is off in the mail app' },
  'no-account': { short: 'no acct', meaning: 'the device has no mail account for the address' },
  integrity: { short: 'damaged', meaning: 'the content does not decrypt, or fails its integrity check' },
  malformed: { short: 'broken', meaning: 'the message breaks the format' },
}

/** Mail that was never for this user stays closed rightly: no loss, and no cross. */
export function isLoss(cause: Cause): boolean {
  return cause !== 'never-recipient'
}

/** What stands before the short words in a cell. */
export function causeMark(cause: Cause): '×' | '–' {
  return isLoss(cause) ? '×' : '–'
}
