/** The mailboxes of everybody in the lab. */
import type { Envelope, Transport } from './transport.ts'

export class PostOffice {
  readonly #mailboxes = new Map<string, Buffer[]>()

  /** Every recipient gets the message once, octet for octet. */
  deliver(envelope: Envelope, message: Buffer): void {
    const copy = Buffer.from(message)
    for (const address of new Set(envelope.to.map(mailboxName))) {
      const mailbox = this.#mailboxes.get(address) ?? []
      this.#mailboxes.set(address, mailbox)
      mailbox.push(copy)
    }
  }

  /** In the order of delivery. Addresses are told apart without regard to case. */
  fetch(address: string): readonly Buffer[] {
    return [...(this.#mailboxes.get(mailboxName(address)) ?? [])]
  }
}

function mailboxName(address: string): string {
  return address.normalize('NFC').toLowerCase()
}

/** Delivers at once, without changing an octet. */
export function inProcessTransport(office: PostOffice): Transport {
  return {
    async send(envelope, message) {
      office.deliver(envelope, message)
    },
    async close() {},
  }
}
