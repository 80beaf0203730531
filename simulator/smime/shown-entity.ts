/** What of an opened message is for the eye. `content` stays what was signed; this is for showing it, and for nothing else. */
import { wrappedMessage } from './header-protection.ts'
import { dropLegacyDisplay } from './legacy-display.ts'
import { entityBytes, parseEntity } from './mime/entity.ts'
import type { OpenedMessage } from './open-message.ts'

/**
 * The MIME entity to show: the message that RFC 8551 3.1 wraps, and no legacy display elements of encrypted mail, as a
 * reader of header protection shows the fields themselves (RFC 9788 4.5.3, 4.10.2). Undefined where there is no content.
 */
export function entityToShow(
  opened: Pick<OpenedMessage, 'outcome' | 'content' | 'headerProtection'>,
): Buffer | undefined {
  const { content, headerProtection, outcome } = opened
  if (content === undefined) return undefined
  const payload = parseEntity(content.bytes)
  const shown = headerProtection?.scheme === 'rfc8551' ? wrappedMessage(payload) : payload
  if (shown === undefined) return content.bytes
  return outcome === 'opened' ? dropLegacyDisplay(shown) : entityBytes(shown)
}
