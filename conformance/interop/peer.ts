/** What an engine must be able to do to have a row and a column in the matrix. */
import type { Form } from './form.ts'
import type { World } from './world.ts'

export const peerNames = ['smimelab', 'openssl', 'nss', 'gpgsm', 'bouncy-castle'] as const
export type PeerName = (typeof peerNames)[number]

export interface MakeJob {
  readonly form: Form
  /** The MIME entity to sign or encrypt, with CRLF. */
  readonly entity: Buffer
}

export interface OpenJob {
  readonly form: Form
  /** A whole message. */
  readonly message: Buffer
}

/** `bytes`: the MIME entity made, or the content that came out. Else what the peer says against it. */
export type Answer = { readonly ok: true; readonly bytes: Buffer } | { readonly ok: false; readonly says: string }

/** An engine with its keys and trust anchors in place. Answers come in the order of the jobs. */
export interface Engine {
  make(jobs: readonly MakeJob[]): Promise<Answer[]>
  open(jobs: readonly OpenJob[]): Promise<Answer[]>
  stop(): Promise<void>
}

/** Where a peer works: an empty folder of its own, and the search path for its commands. */
export interface Workplace {
  readonly folder: string
  readonly searchPath: string
}

export interface Peer {
  readonly name: PeerName
  /** Debian packages that bring it. */
  readonly packages: readonly string[]
  /** Undefined where it is not installed. */
  version(workplace: Workplace): Promise<string | undefined>
  start(world: World, workplace: Workplace): Promise<Engine>
}

/** A peer says no, with its own words. Everything else that is thrown is a defect of this program. */
export class PeerRefusal extends Error {
  override readonly name = 'PeerRefusal'
}

/** For engines that are one call a message. */
export async function oneByOne<Job>(jobs: readonly Job[], work: (job: Job) => Promise<Buffer>): Promise<Answer[]> {
  const answers: Answer[] = []
  for (const job of jobs) answers.push(await answerOf(() => work(job)))
  return answers
}

async function answerOf(work: () => Promise<Buffer>): Promise<Answer> {
  try {
    return { ok: true, bytes: await work() }
  } catch (error) {
    if (error instanceof PeerRefusal) return { ok: false, says: error.message }
    throw error
  }
}
