/** Puts sampled cells before every peer. A disagreement is an engine error of ours until shown otherwise, never a verdict about a device. */
import { LabError } from '../../simulator/error.ts'
import { type Answer, type Peer, type Question, say } from './opinion.ts'

export interface SecondOpinions {
  readonly asked: number
  readonly agreed: number
  readonly peers: PeerTally[]
  readonly disagreements: Disagreement[]
  readonly unavailable: { readonly peer: string; readonly reason: string; readonly install: string }[]
}

export interface PeerTally {
  readonly name: string
  readonly version: string
  readonly asked: number
  readonly agreed: number
  /** Asked about what is beyond the peer's known limits. */
  readonly cannotSay: number
  /** Should have answered and did not. */
  readonly silent: number
}

export interface Disagreement {
  readonly peer: string
  readonly about: string
  readonly ours: string
  readonly theirs: string
}

const concurrency = 4

export async function askPeers(peers: readonly Peer[], questions: readonly Question[]): Promise<SecondOpinions> {
  const tallies: PeerTally[] = []
  const disagreements: Disagreement[] = []
  const unavailable: SecondOpinions['unavailable'][number][] = []
  for (const peer of peers) {
    const version = await peer.version()
    if (version === undefined) {
      unavailable.push({
        peer: peer.name,
        reason: `${peer.name} is not installed`,
        install: `sudo apt-get install -y ${peer.name}`,
      })
      continue
    }
    const answers = await inParallel(questions, (question) => ask(peer, question))
    const count = (kind: Answer['kind']): number => answers.filter((answer) => answer.kind === kind).length
    tallies.push({
      name: peer.name,
      version,
      asked: answers.length - count('cannot-say'),
      agreed: count('agrees'),
      cannotSay: count('cannot-say'),
      silent: count('no-answer'),
    })
    answers.forEach((answer, index) => {
      const question = questions[index]
      if (answer.kind !== 'disagrees' || question === undefined) return
      disagreements.push({
        peer: peer.name,
        about: `${question.message} on ${question.device}`,
        ours: answer.ours,
        theirs: answer.theirs,
      })
    })
  }
  const sum = (of: 'asked' | 'agreed'): number => tallies.reduce((total, each) => total + each[of], 0)
  return { asked: sum('asked'), agreed: sum('agreed'), peers: tallies, disagreements, unavailable }
}

async function ask(peer: Peer, question: Question): Promise<Answer> {
  try {
    return await peer.ask(question)
  } catch (error) {
    if (error instanceof LabError)
      return { kind: 'disagrees', ours: say(question.ours), theirs: `could not be asked: ${error.message}` }
    throw error
  }
}

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length)
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index] as T)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return results
}
