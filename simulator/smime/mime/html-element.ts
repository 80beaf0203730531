/** Elements of HTML found by name and class, in one pass over the text: enough to cut one out, not to render any. */

interface Tag {
  readonly start: number
  readonly end: number
  readonly closing: boolean
  readonly text: string
}

/** `html` without the elements `name` of that class. One that is not closed reaches to the end, as browsers have it. */
export function cutHtmlElement(html: string, name: string, className: string): string {
  let kept = ''
  let keptTo = 0
  let depth = 0
  for (const tag of tagsOf(html, name)) {
    if (depth > 0) {
      depth += tag.closing ? -1 : 1
      if (depth === 0) keptTo = tag.end
    } else if (!tag.closing && classesOf(tag.text).includes(className)) {
      kept += html.slice(keptTo, tag.start)
      keptTo = html.length
      depth = 1
    }
  }
  return kept + html.slice(keptTo)
}

function* tagsOf(html: string, name: string): Generator<Tag> {
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    if (html.startsWith('<!--', at)) {
      const end = html.indexOf('-->', at + 4)
      if (end < 0) return
      at = end + 3
      continue
    }
    const closing = html.charAt(at + 1) === '/'
    const nameAt = at + (closing ? 2 : 1)
    const nameEnd = nameAt + name.length
    const isOurs = html.slice(nameAt, nameEnd).toLowerCase() === name && /[\s/>]/.test(html.charAt(nameEnd))
    if (!isOurs) {
      at = nameAt
      continue
    }
    const end = endOfTag(html, nameEnd)
    if (end === undefined) return
    yield { start: at, end, closing, text: html.slice(at, end) }
    at = end
  }
}

/** Past the '>', which in an attribute's quotes ends nothing. */
function endOfTag(html: string, from: number): number | undefined {
  let quote = ''
  for (let at = from; at < html.length; at++) {
    const character = html.charAt(at)
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === '>') return at + 1
    else if (character === '"' || character === "'") quote = character
  }
  return undefined
}

function classesOf(tag: string): string[] {
  const [, double, single, bare] = /\sclass\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(tag) ?? []
  return (double ?? single ?? bare ?? '').split(/\s+/)
}
