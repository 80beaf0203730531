import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LabError } from '../../simulator/error.ts'
import type { Case } from './case.ts'
import type { Corpus } from './corpus.ts'
import type { KnownException } from './exception.ts'
import { type CorporaPlan, type CorpusResult, runCorpora } from './run-corpora.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'smimelab-corpora-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function put(file: string, text = 'data'): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}

/** A corpus whose cases come out as their files say. */
function corpusOf(expected: Readonly<Record<string, string>>, fields: Partial<Corpus> = {}): Corpus {
  return {
    name: 'fruit',
    folder: 'fruit',
    least: 1,
    cases: (folder) =>
      Object.entries(expected).map(([name, outcome]) => ({
        name,
        expected: outcome,
        run: () => folder.read(name).toString(),
      })),
    ...fields,
  }
}

const run = (corpus: Corpus, exceptions: readonly KnownException[] = [], plan: Partial<CorporaPlan> = {}) =>
  runCorpora(root, { corpora: [corpus], exceptions, notRun: [], ...plan })

function only(corpus: Corpus, exceptions: readonly KnownException[] = []): CorpusResult & { ok: boolean } {
  const { results, ok } = run(corpus, exceptions)
  const [result] = results
  if (result === undefined) throw new Error('no result')
  return { ...result, ok }
}

const pear: KnownException = { corpus: 'fruit', cases: ['pear'], got: 'green', reason: 'it is not ripe' }

describe('cases', () => {
  test('right ones pass', () => {
    put('fruit/apple', 'red')
    put('fruit/pear', 'yellow')
    expect(only(corpusOf({ apple: 'red', pear: 'yellow' }))).toMatchObject({ ok: true, cases: 2, right: 2, wrong: [] })
  })

  test('a wrong one is told with what was expected and what came, and fails the run', () => {
    put('fruit/apple', 'red')
    put('fruit/pear', 'green')
    expect(only(corpusOf({ apple: 'red', pear: 'yellow' }))).toMatchObject({
      ...{ ok: false, right: 1 },
      wrong: [{ case: 'pear', expected: 'yellow', got: 'green' }],
    })
  })

  test('a refusal is an outcome, a crash never is', () => {
    const throwing = (error: Error, expected: string): Corpus =>
      corpusOf(
        {},
        {
          cases: (): Case[] => [
            {
              name: 'apple',
              expected,
              run: () => {
                throw error
              },
            },
          ],
        },
      )
    mkdirSync(join(root, 'fruit'))
    expect(only(throwing(new LabError('apple-rotten', 'not this one'), 'refused: apple-rotten')).ok).toBe(true)
    expect(only(throwing(new LabError('apple-rotten', 'not this one'), 'refused: apple-sour')).ok).toBe(false)
    const crashed = only(throwing(new TypeError('no apple'), 'refused: apple-rotten'))
    expect(crashed).toMatchObject({ ok: false, wrong: [{ got: 'crashed: TypeError: no apple' }] })
  })

  test('two cases of one name', () => {
    put('fruit/apple', 'red')
    const twice: Case = { name: 'apple', expected: 'red', run: () => 'red' }
    expect(only(corpusOf({}, { cases: () => [twice, twice] }))).toMatchObject({
      ok: false,
      problems: ['two cases are called apple'],
    })
  })
})

describe('a corpus that is not all there', () => {
  test('no cases, and fewer than there must be', () => {
    mkdirSync(join(root, 'fruit'))
    expect(only(corpusOf({}))).toMatchObject({ ok: false, problems: ['1 cases or more wanted, got 0'] })
    put('fruit/apple', 'red')
    expect(only(corpusOf({ apple: 'red' }, { least: 2 })).ok).toBe(false)
  })

  test('a missing file is a crash of its case; a missing list breaks the corpus, after the cases before it', () => {
    mkdirSync(join(root, 'fruit'))
    expect(only(corpusOf({ apple: 'red' })).wrong[0]?.got).toMatch(/^crashed: Error: ENOENT/)
    const broken = corpusOf(
      {},
      {
        *cases(folder) {
          yield { name: 'apple', expected: 'red', run: () => 'red' }
          folder.read('list.tsv')
        },
      },
    )
    expect(only(broken)).toMatchObject({ ok: false, right: 1, problems: [/can't be read: ENOENT/] })
  })

  test('a selection that selects nothing', () => {
    mkdirSync(join(root, 'fruit'))
    const plan = { corpora: [corpusOf({})], exceptions: [], notRun: [] }
    expect(runCorpora(root, plan, ['vegetables']).ok).toBe(false)
  })
})

describe('exceptions', () => {
  test('one that holds is counted apart, with its reason', () => {
    put('fruit/pear', 'green')
    expect(only(corpusOf({ pear: 'yellow' }), [pear])).toMatchObject({
      ...{ ok: true, right: 0, wrong: [] },
      excepted: [{ case: 'pear', expected: 'yellow', got: 'green', reason: 'it is not ripe' }],
    })
  })

  test('one whose case is right again is stale', () => {
    put('fruit/pear', 'yellow')
    expect(only(corpusOf({ pear: 'yellow' }), [pear])).toMatchObject({
      ok: false,
      problems: [/^stale exception: pear/],
    })
  })

  test('one whose case is gone is stale', () => {
    put('fruit/apple', 'red')
    expect(only(corpusOf({ apple: 'red' }), [pear])).toMatchObject({ ok: false, problems: [/^stale exception: pear/] })
  })

  test('another wrong outcome than the one excepted is wrong', () => {
    put('fruit/pear', 'blue')
    const { ok, wrong, problems } = only(corpusOf({ pear: 'yellow' }), [pear])
    expect(ok).toBe(false)
    expect(wrong).toEqual([{ case: 'pear', expected: 'yellow', got: 'blue' }])
    expect(problems).toHaveLength(1)
  })

  test('one for a corpus that is not there', () => {
    put('fruit/apple', 'red')
    const result = run(corpusOf({ apple: 'red' }), [{ ...pear, corpus: 'vegetables' }])
    expect(result).toMatchObject({ ok: false, problems: ['an exception for vegetables, which is no corpus'] })
  })
})

describe('what nothing has looked at', () => {
  const apple = (fields: Partial<Corpus> = {}) => corpusOf({ apple: 'red' }, fields)
  beforeEach(() => {
    put('fruit/apple', 'red')
    put('fruit/SOURCE.md', 'where it is from')
  })

  test('a file, unless a reason is given', () => {
    put('fruit/basket/plum')
    expect(run(apple()).problems).toEqual(['fruit/basket/plum: no case looks at it, and no reason is given'])
    expect(run(apple({ leftOut: { 'basket/plum': 'out of season' } }))).toMatchObject({ ok: true, problems: [] })
  })

  test('a reason for a file that was read or is not there', () => {
    const problem = (file: string) => `fruit/${file}: left out, but it was read or is not there`
    expect(run(apple({ leftOut: { apple: 'sour', quince: 'rare' } })).problems).toEqual(
      ['apple', 'quince'].map(problem),
    )
  })

  test('a folder, unless it is run elsewhere', () => {
    put('nuts/almond')
    expect(run(apple())).toMatchObject({ ok: false, problems: ['nuts: a corpus that nothing here runs'] })
    const notRun = [{ folder: 'nuts', reason: 'a matter for squirrels' }]
    expect(run(apple(), [], { notRun })).toMatchObject({ ok: true, notRun })
    rmSync(join(root, 'nuts'), { recursive: true })
    expect(run(apple(), [], { notRun }).problems).toEqual(['nuts: named as run elsewhere, and not there'])
  })

  test('is asked of a full run only', () => {
    put('fruit/plum')
    const plan = { corpora: [apple({ name: 'fruit/trees' })], exceptions: [], notRun: [] }
    expect(runCorpora(root, plan, ['fruit'])).toMatchObject({ ok: true, problems: [] })
    expect(runCorpora(root, plan).ok).toBe(false)
  })
})
