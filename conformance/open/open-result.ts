/** The outcome of opening a message, as the document of `smimelab open` tells it. */
import { createHash } from 'node:crypto'
import type { OpenResult } from '../../reports/open-document.ts'
import type { DecryptionKey, OpenedMessage, RecipientId } from '../../simulator/smime/index.ts'

import { weakAmong } from './weak-algorithms.ts'

export function toResult(file: string, opened: OpenedMessage): OpenResult {
  const { cause, message, openedBy, outcome } = opened
  const said = message === undefined ? {} : { message }
  const rest = {
    headers: headersOf(opened),
    layers: layersOf(opened),
    recipients: recipientsOf(opened),
    signature: signatureOf(opened),
  }
  if (outcome === 'closed')
    return {
      file,
      outcome,
      // Of the identities that were given, which are all that is known here, none is a recipient.
      cause: cause === 'no-matching-key' ? 'never-recipient' : (cause ?? 'malformed'),
      ...said,
      openedBy: null,
      ...rest,
      content: null,
    }
  const content = contentOf(opened)
  if (outcome === 'clear') return { file, outcome, cause: null, ...said, openedBy: null, ...rest, content }
  if (openedBy === undefined) throw new TypeError('opened, but by no key')
  return { file, outcome, cause: null, ...said, openedBy: keyOf(openedBy), ...rest, content }
}

function headersOf({ headers: { from, subject, date } }: OpenedMessage): OpenResult['headers'] {
  return {
    ...(from === undefined ? {} : { from }),
    ...(subject === undefined ? {} : { subject }),
    ...(date === undefined ? {} : { date: date.toISOString() }),
  }
}

function keyOf({ certificate }: DecryptionKey): NonNullable<OpenResult['openedBy']> {
  const { subjectText, issuerText, serialHex, sha256 } = certificate
  return { subject: subjectText, issuer: issuerText, serial: serialHex, sha256 }
}

function layersOf({ layers }: OpenedMessage): OpenResult['layers'] {
  return layers.map(({ kind, algorithms, signature }) => ({
    kind,
    algorithms: [...algorithms],
    ...(weakAmong(algorithms).length === 0 ? {} : { weak: weakAmong(algorithms) }),
    ...(kind === 'enveloped' || kind === 'auth-enveloped' ? { authenticated: kind === 'auth-enveloped' } : {}),
    ...(signature === undefined ? {} : { signature: signature.status }),
  }))
}

function recipientsOf({ recipients }: OpenedMessage): OpenResult['recipients'] {
  return recipients.flatMap(({ ids }) => ids.map(recipient))
}

function signatureOf({ signature }: OpenedMessage): OpenResult['signature'] {
  return {
    status: signature.status,
    signers: signature.signers.map(({ emails, status, reasons, subject, sha256, signingTime }) => ({
      emails: [...emails],
      status,
      reasons: reasons.map(({ code, message }) => ({ code, message })),
      ...(subject === undefined ? {} : { subject }),
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(signingTime === undefined ? {} : { signingTime: signingTime.toISOString() }),
    })),
  }
}

function recipient(id: RecipientId): OpenResult['recipients'][number] {
  return id.kind === 'issuer-and-serial' ? { issuer: id.issuerText, serial: id.serialHex } : { keyIdentifier: id.keyId }
}

function contentOf({ content }: OpenedMessage): { mediaType: string; bytes: number; sha256: string } | null {
  if (content === undefined) return null
  const { mediaType, bytes } = content
  return { mediaType, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}
