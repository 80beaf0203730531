/**
 * The entries of a revocation list (RFC 5280 5.1.2.6). Each is read through when the list is, but only its place is kept:
 * a list of some hundred thousand would fill memory with dates that nobody asks for.
 */
import { Oid, oidName } from '../asn1/oid.ts'
import { type Asn1Node, integerBytes, readNode, readOnly, sequence, time } from '../asn1/read.ts'
import { LabError } from '../error.ts'
import { readExtensions } from './certificate-extensions.ts'
import { type RevokedEntry, readRevocationReason } from './revocation-reason.ts'

/** RFC 5280 5.3.2. */
const invalidityDate = '2.5.29.24'

const understood: ReadonlySet<string> = new Set([Oid.reasonCode, invalidityDate])

/** The largest public lists hold a few hundred thousand. */
const mostEntries = 1_000_000

export class RevokedEntries {
  readonly #source: Buffer
  /** By the content octets of the serial number, all of them: 00ff is another number than the negative ff. */
  readonly #places = new Map<string, number>()
  /** An extension that a reader must know and this one does not: it may change what the entries mean (RFC 5280 5.3). */
  readonly unknownCritical: string | undefined

  /** @param list the revokedCertificates SEQUENCE, or undefined where it is left out */
  constructor(list: Asn1Node | undefined) {
    this.#source = list?.source ?? Buffer.alloc(0)
    if (list === undefined) return
    let unknownCritical: string | undefined
    for (let at = list.contentStart; at < list.contentEnd; ) {
      if (this.#places.size === mostEntries)
        throw new LabError('asn1-excessive', `revokedCertificates: more than ${mostEntries} entries`)
      const node = readNode(this.#source, at, list.contentEnd, list.depth + 1)
      const entry = readEntry(node)
      unknownCritical ??= entry.unknownCritical
      this.#places.set(entry.serial, at)
      at = node.end
    }
    this.unknownCritical = unknownCritical
  }

  get size(): number {
    return this.#places.size
  }

  /** @param serial the INTEGER's content octets as encoded */
  get(serial: Buffer): RevokedEntry | undefined {
    const place = this.#places.get(serial.toString('latin1'))
    return place === undefined ? undefined : readEntry(readNode(this.#source, place)).entry
  }
}

function readEntry(node: Asn1Node): { serial: string; entry: RevokedEntry; unknownCritical: string | undefined } {
  const [serial, date, extensionsNode] = sequence(node, 'revokedCertificates entry')
  const extensions = extensionsNode === undefined ? [] : readExtensions(extensionsNode, 'crlEntryExtensions')
  const value = (type: string): Asn1Node | undefined => {
    const found = extensions.find((each) => each.oid === type)
    return found === undefined ? undefined : readOnly(found.value)
  }
  const reason = value(Oid.reasonCode)
  const since = value(invalidityDate)
  const unknown = extensions.find((each) => each.critical && !understood.has(each.oid))
  return {
    serial: integerBytes(serial, 'userCertificate').toString('latin1'),
    entry: {
      revokedAt: time(date, 'revocationDate'),
      reason: reason === undefined ? 'unspecified' : readRevocationReason(reason),
      ...(since === undefined ? {} : { invalidSince: time(since, 'invalidityDate') }),
    },
    unknownCritical: unknown === undefined ? undefined : `an entry has the critical extension ${oidName(unknown.oid)}`,
  }
}
