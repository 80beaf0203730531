/** Mail over real SMTP (RFC 5321) on the loopback interface: a pooled client, a server, TCP between them. */
import { once } from 'node:events'
import type { Server } from 'node:net'
import type { Readable } from 'node:stream'
import { createTransport } from 'nodemailer'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import { LabError } from '../error.ts'
import type { PostOffice } from './mailbox.ts'
import type { Envelope, Transport } from './transport.ts'

/** As the archive allows it. */
const maxMessageSize = 64 * 1024 * 1024

/**
 * Starts a server on a free port of 127.0.0.1 that delivers to `office`, and a client for it. One connection carries all
 * messages: the server greets each new one only after 100 ms (a client that talks earlier is no mail server), and one
 * connection keeps them in order.
 *
 * The client makes line ends CRLF and adds a last one if it is missing, as SMTP asks (RFC 5321 2.3.8); canonical messages
 * arrive octet for octet.
 */
export async function smtpTransport(office: PostOffice): Promise<Transport> {
  const server = new SMTPServer({
    name: 'smimelab',
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    size: maxMessageSize,
    closeTimeout: 1000,
    onData(stream, session, done) {
      receive(stream, session, office).then(() => done(), done)
    },
  })
  // Connections that break are told to the client that sends; nobody else waits for them.
  server.on('error', () => {})
  const port = await listen(server)
  const client = createTransport({
    pool: true,
    host: '127.0.0.1',
    port,
    name: 'smimelab',
    secure: false,
    ignoreTLS: true,
    maxConnections: 1,
    maxMessages: Number.POSITIVE_INFINITY,
    // What it is given to send is bytes, never the name of a file or a URL.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send(envelope, message) {
      try {
        await client.sendMail({ envelope: { from: envelope.from, to: [...envelope.to] }, raw: message })
      } catch (error) {
        const said = error instanceof Error ? error.message : 'no answer'
        throw new LabError('smtp-refused', `SMTP to 127.0.0.1:${port}: ${said}`, { cause: error })
      }
    },
    async close() {
      client.close()
      await new Promise<void>((resolve) => server.close(resolve))
    },
  }
}

async function listen(server: SMTPServer): Promise<number> {
  const listening: Server = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address()
  if (address === null || typeof address === 'string')
    throw new LabError('smtp-no-port', 'SMTP server: a TCP port on 127.0.0.1 wanted, got none')
  return address.port
}

async function receive(
  stream: Readable & { readonly sizeExceeded: boolean },
  session: SMTPServerSession,
  office: PostOffice,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) {
    // What is too large is read to its end, as the client sends it anyway, and not kept.
    if (!stream.sizeExceeded) chunks.push(chunk)
  }
  if (stream.sizeExceeded)
    throw Object.assign(new Error(`message larger than ${maxMessageSize} octets`), { responseCode: 552 })
  office.deliver(envelopeOf(session), Buffer.concat(chunks))
}

function envelopeOf({ envelope }: SMTPServerSession): Envelope {
  const { mailFrom, rcptTo } = envelope
  return { from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map((each) => each.address) }
}
