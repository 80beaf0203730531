/** A platform's own answer to a delivery, kept apart from any judgement about it. */

export type NativeAnswer =
  /** Apple MDM: Status and ErrorChain, outermost error first. */
  | {
      readonly kind: 'apple'
      readonly status: 'Acknowledged' | 'Error' | 'CommandFormatError' | 'NotNow'
      readonly errorChain: readonly { readonly domain: string; readonly code: number; readonly description: string }[]
    }
  /** OMA-DM: one Status per command, in the order of the commands. */
  | {
      readonly kind: 'syncml'
      readonly statuses: readonly {
        readonly cmdRef: string
        readonly cmd: string
        readonly target: string
        readonly data: number
      }[]
    }
  /** Android: what each call of the agent returned or threw. */
  | {
      readonly kind: 'android'
      readonly calls: readonly { readonly call: string; readonly subject: string; readonly result: string }[]
    }

export interface InstalledItem {
  readonly kind: 'trust-anchor' | 'certificate' | 'identity' | 'mail-account'
  /** Which part of the delivery brought it: payload UUID, LocURI, alias or package. */
  readonly payload: string
  /** Of the certificate, where there is one. */
  readonly sha256?: string
  readonly label: string
}

export interface InstallReport {
  readonly delivery: string
  readonly accepted: boolean
  readonly native: NativeAnswer
  readonly installed: readonly InstalledItem[]
  /** Why it was refused; empty when accepted. Codes are lower kebab-case. */
  readonly reasons: readonly { readonly code: string; readonly message: string }[]
}
