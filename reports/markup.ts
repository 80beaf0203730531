/** HTML by tagged template: what is put in is escaped and inert, unless it is markup itself. */
import { inert } from './inert.ts'

export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Hole = string | number | Markup | readonly Markup[]

/** Escapes every hole; nests and joins `Markup`. Attribute values in the template must be quoted. */
export function html(strings: TemplateStringsArray, ...holes: readonly Hole[]): Markup {
  return new Markup(
    strings.map((each, index) => each + (index < holes.length ? filled(holes[index] ?? '') : '')).join(''),
  )
}

export const nothing = new Markup('')

function filled(hole: Hole): string {
  if (hole instanceof Markup) return hole.text
  if (typeof hole === 'object') return hole.map((each) => each.text).join('')
  return escaped(inert(String(hole)))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (each) => entities[each] ?? each)
}
