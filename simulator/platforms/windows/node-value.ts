/** The value that an Item carries for a property, in the property's format (OMA-TS-DM_StdObj, DFFormat). */
import type { SyncMlItem } from '../../delivery/syncml.ts'
import { showLocUri } from './loc-uri.ts'
import type { Property } from './node-kind.ts'
import { type Refusal, refuse } from './refusal.ts'

/** An Item without a Format is taken to have the right one. */
export function readValue(property: Property, item: SyncMlItem, locUri: string): string | Refusal {
  const place = showLocUri(locUri)
  if (item.format !== undefined && !property.formats.includes(item.format))
    return refuse(415, 'wrong-format', `${place}: format ${property.formats.join(' or ')} wanted`)
  if (item.data === undefined) return refuse(400, 'command-malformed', `${place}: an Item with Data wanted`)
  const [format] = property.formats
  const text = item.data.trim()
  if (format === 'int')
    return /^-?\d{1,10}$/.test(text) ? String(Number(text)) : refuse(415, 'wrong-format', `${place}: an integer wanted`)
  if (format === 'bool')
    return /^(true|false)$/i.test(text)
      ? text.toLowerCase()
      : refuse(415, 'wrong-format', `${place}: true or false wanted`)
  return item.data
}
