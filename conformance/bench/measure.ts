/**
 * Subject and peer in one process, in turns, so that both meet the same machine; the median of the rounds counts.
 * Only ratios carry bounds: rates differ from machine to machine.
 */
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

interface Named {
  readonly name: string
  readonly unit: string
  /** What the value is held against. */
  readonly peer: string
  /** Bounds on the ratio of value to peer. */
  readonly atLeast?: number
  readonly atMost?: number
}

/** Rates of two pieces of work. */
export interface Race extends Named {
  prepare(): Promise<{ readonly subject: () => unknown; readonly peer: () => unknown }>
}

/** A figure of its own kind: memory, or a time held against a budget. */
export interface Gauge extends Named {
  read(): Promise<{ readonly value: number; readonly peer: number }>
}

export type Benchmark = Race | Gauge

const rounds = 7
const roundMilliseconds = 250

/** Runs a second of `work`, which may be asynchronous. */
export async function rate(work: () => unknown, milliseconds = roundMilliseconds): Promise<number> {
  const start = process.hrtime.bigint()
  const until = start + BigInt(milliseconds) * 1_000_000n
  let count = 0
  let now = start
  while (now < until) {
    const result = work()
    if (result instanceof Promise) await result
    count++
    now = process.hrtime.bigint()
  }
  return count / (Number(now - start) / 1e9)
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number
}

export async function measure(benchmark: Benchmark): Promise<Row> {
  const { value, ratio } = 'read' in benchmark ? await readGauge(benchmark) : await runRace(benchmark)
  const { name, unit, peer, atLeast = null, atMost = null } = benchmark
  const holds = (atLeast === null || ratio >= atLeast) && (atMost === null || ratio <= atMost)
  return { name, unit, value, peer, ratio, atLeast, atMost, holds }
}

async function readGauge(gauge: Gauge): Promise<{ value: number; ratio: number }> {
  const { value, peer } = await gauge.read()
  return { value, ratio: value / peer }
}

async function runRace(race: Race): Promise<{ value: number; ratio: number }> {
  const { subject, peer } = await race.prepare()
  await rate(subject)
  await rate(peer)
  const subjects: number[] = []
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    // Whoever goes first meets the colder machine: they take turns.
    const first = round % 2 === 0
    const one = await rate(first ? subject : peer)
    const other = await rate(first ? peer : subject)
    subjects.push(first ? one : other)
    ratios.push(first ? one / other : other / one)
  }
  return { value: median(subjects), ratio: median(ratios) }
}
