/** Which MIME entities are S/MIME (RFC 8551 3.9): by media type, or by file name where a gateway has hidden the type. */
import { type Entity, fileName, multipartParts } from './mime/entity.ts'

/** application/pkcs7-mime, and the spellings of it that occur. */
export function isPkcs7Mime(entity: Entity): boolean {
  return /^application\/(x-)?pkcs7-mime$/.test(entity.mediaType) || isNamed(entity, /\.p7[mszc]$/i)
}

/** application/pkcs7-signature, and the spellings of it that occur. */
export function isPkcs7Signature(entity: Entity): boolean {
  return /^application\/(x-)?pkcs7-signature$/.test(entity.mediaType) || isNamed(entity, /\.p7s$/i)
}

function isNamed(entity: Entity, name: RegExp): boolean {
  return entity.mediaType === 'application/octet-stream' && name.test(fileName(entity) ?? '')
}

/** multipart/signed by S/MIME: by its protocol parameter (RFC 1847 2.1), or, where that is missing, by its second part. */
export function isSmimeMultipartSigned(entity: Entity): boolean {
  if (entity.mediaType !== 'multipart/signed') return false
  const protocol = entity.parameters.protocol
  if (protocol !== undefined) return /^application\/(x-)?pkcs7-signature$/i.test(protocol.trim())
  const second = multipartParts(entity)[1]
  return second !== undefined && isPkcs7Signature(second)
}

const maxNesting = 8

/**
 * Whether an S/MIME part is somewhere among other parts. Such a part is never opened: content around it would pass for
 * its own (RFC 8551 6, "Efail").
 */
export function holdsSmimePart(entity: Entity, depth = 0): boolean {
  if (isPkcs7Mime(entity) || isSmimeMultipartSigned(entity)) return true
  if (!entity.mediaType.startsWith('multipart/') || depth === maxNesting) return false
  return multipartParts(entity).some((part) => holdsSmimePart(part, depth + 1))
}
