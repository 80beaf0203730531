import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { manyDevices, runRecord, troubled, twoPolicies } from './golden/example-record.ts'
import { goldenFile } from './golden/golden-file.ts'
import { renderHtml } from './html.ts'

const examples = { 'two-policies': twoPolicies, troubled, 'many-devices': manyDevices }

describe.each(Object.entries(examples))('%s', (name, record) => {
  const page = renderHtml(record())

  test('reads as in the golden file', () => {
    expect(page).toBe(goldenFile(`${name}.html`, page))
  })

  test('needs nothing else: no script, no address, no style attribute, no event handler', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|<object|\bsrc=|\bhref=|\bstyle="|\son\w+=|@import|url\(/i)
  })

  test('allows exactly its own style sheet', () => {
    const style = /<style>([^<]*)<\/style>/.exec(page)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(page).toContain(`content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;`)
  })

  test('every element is closed in its turn', () => {
    expect(unbalanced(page)).toEqual([])
  })

  test('every table has a caption, and every header cell a scope', () => {
    expect(page.match(/<table>/g)?.length).toBe(page.match(/<table>\s*<caption>/g)?.length)
    expect(page.match(/<th\b(?![^>]*scope=)/g)).toBeNull()
  })
})

test('markup in a subject is text', () => {
  expect(renderHtml(troubled())).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &lt;U+202E&gt;gpj.exe')
})

test('a run of no policy shows that nothing was shown', () => {
  expect(renderHtml(runRecord({}))).toContain('No policy was run, so nothing was shown.')
})

/** Void elements (HTML 13.1.2) have no end tag. */
const empty = new Set(['meta', 'br', '!doctype'])

function unbalanced(page: string): string[] {
  const open: string[] = []
  for (const [, slash, name = ''] of page.matchAll(/<(\/?)([!a-z][a-z0-9]*)/gi)) {
    if (empty.has(name)) continue
    if (slash === '') open.push(name)
    else if (open.pop() !== name) return [`</${name}>`]
  }
  return open
}
