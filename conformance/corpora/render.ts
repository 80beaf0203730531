/** The outcome as text: a row a corpus, then what was excepted, left out and not run, then whatever is wrong. */
import { inert } from '../../reports/inert.ts'
import { hang, type Page, pad } from '../../reports/text-layout.ts'
import { type CorporaResult, type CorpusResult, type ExceptedFinding, holds } from './run-corpora.ts'

export function renderCorpora(result: CorporaResult, page: Page): string {
  const blocks = [
    tableLines(result, page),
    exceptionLines(result, page),
    notJudgedLines(result, page),
    wrongLines(result, page),
    summaryLines(result, page),
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

function tableLines({ results }: CorporaResult, { paint }: Page): string[] {
  const width = Math.max(...results.map(({ name }) => name.length), 'corpus'.length) + 2
  const columns = (name: string, ...numbers: readonly (string | number)[]) =>
    `${pad(name, width)}${numbers.map((each) => String(each).padStart(10)).join('')}`
  return [
    paint('strong', columns('corpus', 'cases', 'right', 'excepted', 'wrong')),
    ...results.map((each) => {
      const { name, cases, right, excepted, wrong, problems } = each
      const row = columns(name, cases, right, excepted.length, wrong.length + problems.length)
      return holds(each) ? row : paint('bad', row)
    }),
  ]
}

function exceptionLines({ results }: CorporaResult, { paint, width }: Page): string[] {
  const lines = results.flatMap(({ name, excepted }) =>
    [...groupByReason(excepted)].flatMap(([reason, findings]) =>
      hang(`${name}  `, `${listOf(findings.map((each) => each.case))}: ${reason}`, width),
    ),
  )
  return lines.length === 0 ? [] : [paint('strong', 'known exceptions'), ...lines.map((line) => paint('quiet', line))]
}

function groupByReason(findings: readonly ExceptedFinding[]): Map<string, ExceptedFinding[]> {
  return Map.groupBy(findings, ({ reason }) => reason)
}

/** The JSON has them all. */
const mostNamed = 4

function listOf(names: readonly string[]): string {
  if (names.length <= mostNamed) return names.join(', ')
  return `${names.slice(0, mostNamed - 1).join(', ')} and ${names.length - mostNamed + 1} more`
}

function notJudgedLines({ results, notRun }: CorporaResult, { paint, width }: Page): string[] {
  const lines = [
    ...results.flatMap(({ name, leftOut }) =>
      [...Map.groupBy(Object.entries(leftOut), ([, reason]) => reason)].flatMap(([reason, files]) =>
        hang(`${name}  `, `${listOf(files.map(([file]) => file))}: ${reason}`, width),
      ),
    ),
    ...notRun.flatMap(({ folder, reason }) => hang(`${folder}  `, `not run: ${reason}`, width)),
  ]
  return lines.length === 0 ? [] : [paint('strong', 'not judged here'), ...lines.map((line) => paint('quiet', line))]
}

function wrongLines({ results, problems }: CorporaResult, page: Page): string[] {
  const lines = [...results.flatMap((each) => wrongOf(each, page)), ...problemLines('', problems, page)]
  return lines.length === 0 ? [] : [page.paint('bad', 'WRONG'), ...lines]
}

function wrongOf({ name, wrong, problems }: CorpusResult, page: Page): string[] {
  return [
    ...wrong.flatMap((each) => [
      page.paint('bad', `${name}  ${each.case}`),
      ...hang('  expected  ', inert(each.expected), page.width),
      ...hang('  got       ', inert(each.got), page.width),
    ]),
    ...problemLines(`${name}  `, problems, page),
  ]
}

function problemLines(first: string, problems: readonly string[], { paint, width }: Page): string[] {
  return problems.flatMap((each) => hang(first, inert(each), width)).map((line) => paint('bad', line))
}

function summaryLines({ ok, results, problems }: CorporaResult, { paint, width }: Page): string[] {
  const sum = (count: (each: CorpusResult) => number) => results.reduce((total, each) => total + count(each), 0)
  const wrong = sum((each) => each.wrong.length + each.problems.length) + problems.length
  const excepted = sum((each) => each.excepted.length)
  const counts = [
    results.length === 1 ? '1 corpus' : `${results.length} corpora`,
    `${sum((each) => each.cases)} cases`,
    `${sum((each) => each.right)} right`,
    `${excepted} known exception${excepted === 1 ? '' : 's'}`,
    `${wrong} wrong`,
  ]
  return hang(ok ? 'passed: ' : 'FAILED: ', counts.join(', '), width).map((line) => paint(ok ? 'good' : 'bad', line))
}
