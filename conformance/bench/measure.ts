/**
 * Subject and peer in one process, in turns, so that both meet the same machine; the median of the rounds counts.
 * Only ratios carry bounds: rates differ from machine to machine.
 */
export interface Benchmark {
  readonly name: string
  readonly unit: string
  readonly peer: string
  /** Bound on subject's rate over peer's rate. */
  readonly atLeast?: number
  readonly atMost?: number
  prepare():
    | { readonly subject: () => void; readonly peer: () => void }
    | Promise<{ readonly subject: () => void; readonly peer: () => void }>
}

export interface Row {
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly peer: string
  readonly ratio: number
  readonly atLeast: number | null
  readonly atMost: number | null
  readonly holds: boolean
}

const rounds = 7
const roundMilliseconds = 250

function rate(work: () => void): number {
  const start = process.hrtime.bigint()
  const until = start + BigInt(roundMilliseconds) * 1_000_000n
  let count = 0
  let now = start
  while (now < until) {
    work()
    count++
    now = process.hrtime.bigint()
  }
  return count / (Number(now - start) / 1e9)
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number
}

export async function measure(benchmark: Benchmark): Promise<Row> {
  const { subject, peer } = await benchmark.prepare()
  rate(subject)
  rate(peer)
  const subjects: number[] = []
  const peers: number[] = []
  for (let round = 0; round < rounds; round++) {
    subjects.push(rate(subject))
    peers.push(rate(peer))
  }
  const ratio = median(subjects.map((value, index) => value / (peers[index] as number)))
  const { atLeast = null, atMost = null } = benchmark
  return {
    name: benchmark.name,
    unit: benchmark.unit,
    value: median(subjects),
    peer: benchmark.peer,
    ratio,
    atLeast,
    atMost,
    holds: (atLeast === null || ratio >= atLeast) && (atMost === null || ratio <= atMost),
  }
}
