/** Wycheproof's files (C2SP/wycheproof, schemas/): groups of vectors, each with the result that is right. */
import type { Asn1Node } from '../../../simulator/asn1/read.ts'
import { readOnly } from '../../../simulator/asn1/read.ts'
import * as der from '../../../simulator/asn1/write.ts'
import { type AlgorithmIdentifier, readAlgorithm } from '../../../simulator/smime/cms/algorithms.ts'
import type { CorpusFolder } from '../library.ts'

export interface Vector {
  readonly tcId: number
  /** 'acceptable': sound libraries differ; the suite that reads it says which side the engine takes. */
  readonly result: 'valid' | 'invalid' | 'acceptable'
  readonly flags: readonly string[]
}

/** Every vector of a file with its group; `name` is the file and the vector's number. */
export function* readVectors<Group, Test extends Vector>(
  folder: CorpusFolder,
  file: string,
): Generator<{ name: string; group: Group; test: Test }> {
  const { testGroups } = JSON.parse(folder.read(file).toString('utf8')) as {
    testGroups: (Group & { tests: Test[] })[]
  }
  for (const group of testGroups) for (const test of group.tests) yield { name: `${file}#${test.tcId}`, group, test }
}

export function hex(digits: string): Buffer {
  return Buffer.from(digits, 'hex')
}

/** What opening came to, in the words of the expectations. */
export function compare(opened: Buffer | undefined, wanted: Buffer): 'opened' | 'refused' | 'opened to other octets' {
  if (opened === undefined) return 'refused'
  return opened.equals(wanted) ? 'opened' : 'opened to other octets'
}

/** An AlgorithmIdentifier as the engine reads it from a message. */
export function algorithm(oid: string, ...parameters: readonly Uint8Array[]): AlgorithmIdentifier {
  return readAlgorithm(node(der.sequence(der.oid(oid), ...parameters)), 'vector')
}

export function node(encoding: Uint8Array): Asn1Node {
  return readOnly(encoding)
}
