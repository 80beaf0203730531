/** Opens a message: takes S/MIME layers off from the outside in (RFC 8551 3.7), and tells who signed what is left. */
import { asBuffer } from '../asn1/read.ts'
import { at, LabError } from '../error.ts'
import type { DecryptionKey, RecipientInfoView } from './cms/index.ts'
import { type HeaderProtection, readProtection } from './header-protection.ts'
import { type ClosedCause, type Held, type Layer, type Peeled, peelCms, peelEntity } from './layer.ts'
import { type Author, noAuthor, type ReadHeaders, readAuthor, readHeaders } from './message-headers.ts'
import { type Entity, entityBytes, headerValue, parseEntity } from './mime/entity.ts'
import {
  judgeSignature,
  type SignatureEvidence,
  type SignatureReport,
  type TrustSettings,
  unsigned,
} from './signature-report.ts'
import { holdsSmimePart } from './smime-entity.ts'

export type { ClosedCause, Layer } from './layer.ts'
export type { SignatureReport, TrustSettings } from './signature-report.ts'

export interface OpenedMessage {
  /** 'clear': no layer was encrypted, so no key was needed. */
  readonly outcome: 'opened' | 'closed' | 'clear'
  readonly cause?: ClosedCause
  /** In plain words, without content or secrets: why it is closed, what was left as it is, or what to be wary of. */
  readonly message?: string
  /** Of the outermost encrypted layer. */
  readonly openedBy?: DecryptionKey
  /** Outermost first. */
  readonly layers: Layer[]
  /** Of the first encrypted layer met. */
  readonly recipients: RecipientInfoView[]
  /** Of the innermost signed layer, if nothing inside it is encrypted: who signs ciphertext need not know the text. */
  readonly signature: SignatureReport
  /** The MIME entity that is left, octet for octet; unset where closed, or where only certificates were inside. */
  readonly content?: { readonly mediaType: string; readonly bytes: Buffer }
  /** The protected ones (RFC 9788) where the content has them, then without a word from outside. */
  readonly headers: ReadHeaders
  /** Set where the content protects header fields. */
  readonly headerProtection?: HeaderProtection
}

/** Honest mail has three (RFC 2634 1.1, triple wrapping). */
export const maxLayers = 16

/** In all layers together: each may ask for a path of its own. */
export const maxSigners = 32

/** What is known so far; kept while layers come off, so that a failure can tell it. */
interface Progress {
  message: Entity | undefined
  headers: ReadHeaders
  author: Author
  readonly layers: { readonly layer: Layer; readonly evidence: SignatureEvidence | undefined }[]
  openedBy: DecryptionKey | undefined
}

/**
 * Opens `bytes`: a message, or the CMS of a .p7m file in DER or BER. Never throws for what is in them: hostile bytes end
 * closed, with cause 'malformed'.
 */
export function openMessage(
  bytes: Uint8Array,
  options: { readonly keys: readonly DecryptionKey[]; readonly trust: TrustSettings },
): OpenedMessage {
  const progress: Progress = {
    message: undefined,
    headers: { to: [], cc: [] },
    author: noAuthor,
    layers: [],
    openedBy: undefined,
  }
  const { trust } = options
  try {
    const end = peelAll(asBuffer(bytes), progress, {
      keys: options.keys,
      certificates: [...(trust.intermediates ?? []), ...options.keys.map((each) => each.certificate)],
    })
    return end.result === 'closed'
      ? closed(progress, trust, end.cause, end.message)
      : finish(progress, trust, end.inner)
  } catch (error) {
    // Signatures are not judged again: to judge one may be what failed.
    const layers = progress.layers.map(({ layer }) => ({ layer, evidence: undefined }))
    return closed({ ...progress, layers }, trust, 'malformed', describe(error))
  }
}

type End = Extract<Peeled, { result: 'closed' }> | { readonly result: 'bare'; readonly inner: Entity | undefined }

function peelAll(source: Buffer, progress: Progress, held: Held): End {
  let inner: Entity | undefined
  let peel: () => Peeled | undefined
  let signers = 0
  if (source.length === 0) throw new LabError('mime-malformed', 'a message wanted, got nothing')
  if (isBareCms(source)) {
    progress.author = { kind: 'no-message' }
    peel = () => peelCms(source, held)
  } else {
    const message = parseEntity(source)
    progress.message = message
    progress.headers = readHeaders(message)
    progress.author = readAuthor(message)
    inner = message
    peel = () => peelEntity(message, held)
  }
  for (;;) {
    const peeled = at(`S/MIME layer ${progress.layers.length + 1}`, peel)
    if (peeled === undefined) return { result: 'bare', inner }
    if (progress.layers.length === maxLayers)
      throw new LabError('smime-too-deep', `at most ${maxLayers} S/MIME layers wanted, got more`)
    const evidence = peeled.result === 'off' ? peeled.evidence : undefined
    signers += evidence !== undefined && 'read' in evidence ? evidence.read.signers.length : 0
    if (signers > maxSigners)
      throw new LabError('smime-too-many-signers', `at most ${maxSigners} signers wanted, got more`)
    if (peeled.layer !== undefined) progress.layers.push({ layer: peeled.layer, evidence })
    if (peeled.result === 'closed') return peeled
    progress.openedBy ??= peeled.openedBy
    const next = peeled.inner
    if (next === undefined) return { result: 'bare', inner: undefined }
    inner = next
    peel = () => peelEntity(next, held)
  }
}

/** A SEQUENCE whose length octet, or the OBJECT IDENTIFIER behind it, no header field could begin with. */
function isBareCms(source: Buffer): boolean {
  const [tag, length, first] = source
  return tag === 0x30 && length !== undefined && (length >= 0x80 || first === 0x06)
}

function describe(error: unknown): string {
  if (error instanceof LabError) return error.message
  return `unexpected ${error instanceof Error ? error.name : typeof error}`
}

function closed(progress: Progress, trust: TrustSettings, cause: ClosedCause, message: string): OpenedMessage {
  return { ...facts(progress, trust), outcome: 'closed', cause, message, signature: unsigned }
}

function finish(progress: Progress, trust: TrustSettings, payload: Entity | undefined): OpenedMessage {
  const protection = payload === undefined ? undefined : takeProtectedHeaders(progress, payload)
  const known = facts(progress, trust)
  const lastEncrypted = known.layers.findLastIndex(isEncrypted)
  const covering = known.layers.slice(lastEncrypted + 1).findLast((each) => each.signature !== undefined)
  const signature = covering?.signature ?? unsigned
  const warnings: string[] = []
  if (payload !== undefined && leavesSmimePart(payload))
    warnings.push(`an S/MIME part inside ${payload.mediaType} was left as it is: it does not cover the content`)
  const mismatch = protection?.fromMismatch
  const isForged = mismatch !== undefined && signature.status !== 'valid'
  if (isForged)
    warnings.push(`From: ${mismatch.outer} outside, ${mismatch.inner} inside, and no valid signature of either's`)
  return {
    ...known,
    outcome: lastEncrypted < 0 ? 'clear' : 'opened',
    ...(warnings.length === 0 ? {} : { message: warnings.join('; ') }),
    signature,
    // RFC 9788 4.4.3: what servers on the way may have looked at is the safer one of two that nobody vouches for.
    ...(isForged ? { headers: { ...known.headers, from: mismatch.outer } } : {}),
    ...(protection === undefined ? {} : { headerProtection: protection }),
    ...(payload === undefined ? {} : { content: { mediaType: payload.mediaType, bytes: entityBytes(payload) } }),
  }
}

/** Only where something protects the payload: compression, or certificates that came along, do not. */
function takeProtectedHeaders(progress: Progress, payload: Entity): HeaderProtection | undefined {
  const layers = progress.layers.map(({ layer }) => layer)
  if (!layers.some((each) => isEncrypted(each) || isSigned(each))) return undefined
  const found = readProtection(payload, progress.message, progress.author, layers.some(isEncrypted))
  if (found === undefined) return undefined
  const { author, header, protection } = found
  progress.author = author
  // As a rule, the draft has no more inside than the Subject.
  progress.headers = protection.scheme === 'protected-headers' ? overlay(progress.headers, header) : readHeaders(header)
  return protection
}

function overlay(outer: ReadHeaders, header: Entity): ReadHeaders {
  const inner = readHeaders(header)
  const has = (field: string): boolean => headerValue(header, field) !== undefined
  return { ...outer, ...inner, to: has('to') ? inner.to : outer.to, cc: has('cc') ? inner.cc : outer.cc }
}

const isSigned = (layer: Layer): boolean => layer.kind.startsWith('signed-')
const isEncrypted = (layer: Layer): boolean => layer.kind === 'enveloped' || layer.kind === 'auth-enveloped'

function facts(
  progress: Progress,
  trust: TrustSettings,
): Pick<OpenedMessage, 'openedBy' | 'layers' | 'recipients' | 'headers'> {
  const { author, headers, openedBy } = progress
  const layers = progress.layers.map(({ layer, evidence }) =>
    evidence === undefined ? layer : { ...layer, signature: judgeSignature(evidence, author, trust) },
  )
  return {
    ...(openedBy === undefined ? {} : { openedBy }),
    layers,
    recipients: layers.find(isEncrypted)?.recipients ?? [],
    headers: author.kind === 'one' ? { ...headers, from: author.from } : headers,
  }
}

function leavesSmimePart(payload: Entity): boolean {
  try {
    return holdsSmimePart(payload)
  } catch (error) {
    if (error instanceof LabError) return false
    throw error
  }
}
