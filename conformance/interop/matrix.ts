/** Runs the matrix: every peer makes every form, then every peer opens everything that was made, and what was altered of it. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalise } from '../../simulator/smime/mime/canonical.ts'
import { type Form, isProtected } from './form.ts'
import { alter, letterEntity, letterMessage } from './letter.ts'
import { deviation } from './made-form.ts'
import type { Answer, Engine, OpenJob, Peer, PeerName } from './peer.ts'
import type { World } from './world.ts'

/** A form made by a peer, or why not. */
export interface Making {
  readonly producer: PeerName
  readonly form: Form
  /** Why not; undefined where it was made. */
  readonly says: string | undefined
}

/** One that was made, opened by a peer. */
export interface Opening {
  readonly producer: PeerName
  readonly form: Form
  readonly consumer: PeerName
  readonly result: OpeningResult
  readonly says: string | undefined
}

/**
 * - ok: what was sent came out, octet for octet, and the altered message was refused
 * - refused: the peer does not open it, or calls the signature bad
 * - other-content: something else came out
 * - altered-accepted: the peer let an altered message pass
 */
export type OpeningResult = 'ok' | 'refused' | 'other-content' | 'altered-accepted'

export interface Matrix {
  readonly peers: readonly { readonly name: PeerName; readonly version: string }[]
  readonly absent: readonly { readonly name: PeerName; readonly packages: readonly string[] }[]
  readonly forms: readonly Form[]
  readonly messages: readonly Message[]
  readonly makings: readonly Making[]
  readonly openings: readonly Opening[]
}

export interface MatrixOptions {
  readonly world: World
  readonly peers: readonly Peer[]
  readonly forms: readonly Form[]
  /** Empty, and not too long a path: the socket of gpg-agent lies in it. */
  readonly folder: string
  readonly searchPath: string
}

/** One that was made, whole, with header fields. */
export interface Message {
  readonly producer: PeerName
  readonly form: Form
  /** The MIME entity inside. */
  readonly sent: Buffer
  readonly bytes: Buffer
}

interface Started {
  readonly peer: Peer
  readonly version: string
  readonly engine: Engine
}

export async function runMatrix(options: MatrixOptions): Promise<Matrix> {
  const { world, peers, forms } = options
  const started: Started[] = []
  try {
    const starting = await Promise.all(peers.map((peer) => start(peer, options, started)))
    const absent = peers.filter((_, index) => !starting[index])
    started.sort((a, b) => peers.indexOf(a.peer) - peers.indexOf(b.peer))
    const made = (await Promise.all(started.map((each) => makeAll(world, forms, each)))).flat()
    const messages = made.flatMap(({ message }) => (message === undefined ? [] : [message]))
    const opened = await Promise.all(started.map((each) => openAll(messages, each)))
    return {
      peers: started.map(({ peer, version }) => ({ name: peer.name, version })),
      absent: absent.map(({ name, packages }) => ({ name, packages })),
      forms,
      messages,
      makings: made.map(({ making }) => making),
      openings: opened.flat(),
    }
  } finally {
    await Promise.all(started.map(({ engine }) => engine.stop()))
  }
}

/** False where the peer is not installed. */
async function start(peer: Peer, { world, folder, searchPath }: MatrixOptions, started: Started[]): Promise<boolean> {
  const workplace = { folder: join(folder, peer.name), searchPath }
  await mkdir(workplace.folder, { recursive: true })
  const version = await peer.version(workplace)
  if (version === undefined) return false
  started.push({ peer, version, engine: await peer.start(world, workplace) })
  return true
}

async function makeAll(
  world: World,
  forms: readonly Form[],
  { peer, engine }: Started,
): Promise<{ making: Making; message: Message | undefined }[]> {
  const producer = peer.name
  const jobs = forms.map((form) => ({ form, entity: letterEntity(form, producer) }))
  const answers = await engine.make(jobs)
  return jobs.map(({ form, entity }, index) => {
    const answer = answerAt(answers, index)
    if (!answer.ok) return { making: { producer, form, says: answer.says }, message: undefined }
    const bytes = letterMessage(world, form, producer, answer.bytes)
    const says = deviation(world, form, bytes)
    return {
      making: { producer, form, says },
      message: says === undefined ? { producer, form, sent: entity, bytes } : undefined,
    }
  })
}

async function openAll(messages: readonly Message[], { peer, engine }: Started): Promise<Opening[]> {
  const job = (form: Form, message: Buffer): OpenJob => ({ form, message })
  const protectedOnes = messages.filter(({ form }) => isProtected(form))
  const answers = await engine.open([
    ...messages.map(({ form, bytes }) => job(form, bytes)),
    ...protectedOnes.map(({ form, bytes }) => job(form, alter(form, bytes))),
  ])
  return messages.map((message, index) => {
    const { producer, form } = message
    const control = protectedOnes.indexOf(message)
    const altered = control < 0 ? undefined : answerAt(answers, messages.length + control)
    return { producer, form, consumer: peer.name, ...judge(message, answerAt(answers, index), altered) }
  })
}

function judge(message: Message, answer: Answer, altered: Answer | undefined): Pick<Opening, 'result' | 'says'> {
  if (altered?.ok === true) return { result: 'altered-accepted', says: 'an altered message was let pass' }
  if (!answer.ok) return { result: 'refused', says: answer.says }
  if (canonicalise(answer.bytes).equals(message.sent)) return { result: 'ok', says: undefined }
  return { result: 'other-content', says: `${message.sent.length} octets sent, ${answer.bytes.length} others came out` }
}

function answerAt(answers: readonly Answer[], index: number): Answer {
  const answer = answers[index]
  if (answer === undefined) throw new RangeError('an engine gives one answer a job')
  return answer
}
