/** What comes of opening an encrypted content key with a private key. */

export type KeyRecovery =
  /** `genuine` false: a random stand-in (RFC 3218), which the content step turns into the one visible failure. */
  | { readonly ok: true; readonly contentKey: Buffer; readonly genuine: boolean }
  | {
      readonly ok: false
      readonly cause: 'algorithm-unsupported' | 'key-unusable' | 'integrity'
      readonly message: string
    }

export function unsupported(message: string): KeyRecovery {
  return { ok: false, cause: 'algorithm-unsupported', message }
}

export function unusable(message: string): KeyRecovery {
  return { ok: false, cause: 'key-unusable', message }
}

export function damaged(message: string): KeyRecovery {
  return { ok: false, cause: 'integrity', message }
}
