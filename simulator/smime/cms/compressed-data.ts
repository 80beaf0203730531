/** CompressedData (RFC 3274), inflated no further than a limit: a few kilobytes of zlib can stand for gigabytes. */
import { inflateSync } from 'node:zlib'
import { Oid, oidName } from '../../asn1/oid.ts'
import { children, isContext, sequence } from '../../asn1/read.ts'
import { LabError } from '../../error.ts'
import { readAlgorithm } from './algorithms.ts'
import { contentOf } from './content-info.ts'
import { excessive, malformed } from './malformed.ts'
import { joinOctets } from './octet-string.ts'

/**
 * The content, when it is at most `limit` octets long.
 *
 * @throws LabError 'cms-excessive', 'cms-malformed', 'cms-wrong-type', 'algorithm-unsupported'
 */
export function decompress(cms: Uint8Array, limit: number): Buffer {
  const [, algorithmNode, encapsulated] = sequence(contentOf(cms, 'compressed-data').content, 'CompressedData')
  const algorithm = readAlgorithm(algorithmNode, 'CompressedData compressionAlgorithm')
  if (algorithm.oid !== Oid.zlibCompress)
    throw new LabError('algorithm-unsupported', `compression ${oidName(algorithm.oid)} is not supported`)
  const [, wrapper] = sequence(encapsulated, 'EncapsulatedContentInfo')
  const inner = isContext(wrapper, 0) ? children(wrapper)[0] : undefined
  if (inner === undefined) throw malformed('CompressedData: an eContent wanted')
  const compressed = joinOctets(inner, 'CompressedData eContent')
  try {
    return inflateSync(compressed, { maxOutputLength: limit })
  } catch (cause) {
    if (cause instanceof RangeError) throw excessive(`compressed content of at most ${limit} octets wanted, got more`)
    throw malformed('CompressedData: the content is no zlib stream')
  }
}
