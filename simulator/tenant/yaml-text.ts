/** YAML as people write it, read without trust: aliases are few, and every failure is a LabError without the text. */
import { LineCounter, parseDocument } from 'yaml'
import { LabError } from '../error.ts'
import { decodeText } from './tenant-files.ts'

const aliasLimit = 100

export interface YamlText {
  readonly data: unknown
  /** 'line 3, column 5' of the value at `path`, or of the nearest one above it. */
  placeOf(path: readonly PropertyKey[]): string | undefined
}

/** @throws LabError 'yaml-broken' */
export function readYaml(bytes: Uint8Array): YamlText {
  const text = decodeText(bytes)
  const lines = new LineCounter()
  const showPlace = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `line ${line}, column ${col}`
  }
  const document = guard(() => parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' }))
  const [broken] = document.errors
  if (broken !== undefined) throw new LabError('yaml-broken', `${showPlace(broken.pos[0])}: ${showCode(broken.code)}`)
  return {
    data: guard(() => document.toJS({ maxAliasCount: aliasLimit })),
    placeOf(path) {
      for (let length = path.length; length >= 0; length--) {
        const node: unknown = document.getIn(path.slice(0, length), true)
        if (hasRange(node)) return showPlace(node.range[0])
      }
      return undefined
    },
  }
}

/** The library throws plain errors at aliases that lead nowhere or expand without end, and overflows at depth. */
function guard<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new LabError(
      'yaml-broken',
      `plain YAML was wanted: it nests too deep, or has bad or over ${aliasLimit} aliases`,
      {
        cause,
      },
    )
  }
}

/** 'MISSING_CHAR' as 'missing char': the library's messages quote the text, its codes don't. */
function showCode(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ')
}

function hasRange(node: unknown): node is { range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
}
