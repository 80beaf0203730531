/** What carries a message from a mail app to the mailboxes of its recipients. */

/** Who a message is from and for as far as transport goes (RFC 5321 2.3.1); the header may say otherwise. */
export interface Envelope {
  readonly from: string
  readonly to: readonly string[]
}

export interface Transport {
  /** Settles once every recipient has the message, or rejects. */
  send(envelope: Envelope, message: Buffer): Promise<void>
  close(): Promise<void>
}
