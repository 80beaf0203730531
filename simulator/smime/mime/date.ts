/** Dates in header fields (RFC 5322 3.3). */

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
/** RFC 5322 4.3, in hours. Other letters mean "unknown", which that clause reads as UTC. */
const namedZones: Readonly<Record<string, number>> = {
  EDT: -4,
  EST: -5,
  CDT: -5,
  CST: -6,
  MDT: -6,
  MST: -7,
  PDT: -7,
  PST: -8,
}

const form =
  /^(?:[a-z]{3},)?\s*(\d{1,2})\s+([a-z]{3})\s+(\d{4})\s+(\d{2}):(\d{2})(?::(\d{2}))?\s+([+-]\d{4}|[a-z]{1,5})$/i

/** The moment that a Date field names; undefined where it names none. */
export function parseDate(text: string): Date | undefined {
  const match = form.exec(text.replace(/\([^()]*\)/g, '').trim())
  if (match === null) return undefined
  const [, day, monthName = '', year, hour, minute, second = '0', zone = ''] = match
  const month = months.indexOf(monthName.toLowerCase())
  const local = new Date(Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second)))
  if (month < 0 || local.getUTCMonth() !== month || Number(hour) > 23 || Number(minute) > 59) return undefined
  return new Date(local.getTime() - zoneMinutes(zone) * 60_000)
}

function zoneMinutes(zone: string): number {
  if (!/^[+-]/.test(zone)) return (namedZones[zone.toUpperCase()] ?? 0) * 60
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))
  return zone.startsWith('-') ? -minutes : minutes
}

/** In UTC, to the second. */
export function formatDate(date: Date): string {
  return date.toUTCString().replace('GMT', '+0000')
}
