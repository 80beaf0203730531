/** The tests of a file, read from its source: what is commented out, skipped or without a body is no test. */
import ts from 'typescript'
import type { TitledTest } from '../coverage.ts'

export function readTitledTests(file: string, source: string): TitledTest[] {
  const tests: TitledTest[] = []
  const visit = (node: ts.Node, titles: readonly string[]): void => {
    const block = ts.isCallExpression(node) ? readBlock(node) : undefined
    if (block === undefined) {
      ts.forEachChild(node, (child) => visit(child, titles))
      return
    }
    if (block.skipped) return
    const within = [...titles, block.title]
    if (block.kind === 'test') tests.push({ file, titles: within })
    else ts.forEachChild(block.body, (child) => visit(child, within))
  }
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest), [])
  return tests
}

interface Block {
  readonly kind: 'test' | 'group'
  readonly title: string
  readonly skipped: boolean
  readonly body: ts.Node
}

/** `test('title', body)`, `it.each(table)('title', body)`, `describe(...)`; undefined for any other call. */
function readBlock(call: ts.CallExpression): Block | undefined {
  const words = wordsOf(call.expression)
  const kind = words[0] === 'describe' ? 'group' : words[0] === 'it' || words[0] === 'test' ? 'test' : undefined
  const [title] = call.arguments
  const body = call.arguments.find((each) => ts.isArrowFunction(each) || ts.isFunctionExpression(each))
  if (kind === undefined || title === undefined || body === undefined) return undefined
  const skipped = words.some((each) => ['skip', 'skipIf', 'runIf', 'todo', 'fails'].includes(each))
  return { kind, title: textOf(title), skipped, body }
}

/** `it.concurrent.each(table)` as ['it', 'concurrent', 'each']. */
function wordsOf(callee: ts.Expression): string[] {
  if (ts.isIdentifier(callee)) return [callee.text]
  if (ts.isPropertyAccessExpression(callee)) return [...wordsOf(callee.expression), callee.name.text]
  if (ts.isCallExpression(callee)) return wordsOf(callee.expression)
  return ts.isTaggedTemplateExpression(callee) ? wordsOf(callee.tag) : []
}

/** What is put together at run time can't be told; the beginning of a template can. */
function textOf(title: ts.Expression): string {
  if (ts.isStringLiteralLike(title)) return title.text
  return ts.isTemplateExpression(title) ? title.head.text : ''
}
