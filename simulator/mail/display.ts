/** What a reader sees of a message that is already opened and verified. */
import { simpleParser } from 'mailparser'

export interface DisplayedEntity {
  readonly text: string
  readonly attachments: { readonly name: string; readonly bytes: number }[]
}

/**
 * Displays a MIME entity. HTML is neither rendered nor turned into text, and nothing that it points to is fetched: where
 * an entity has HTML only, its source is the text.
 */
export async function displayEntity(content: Buffer): Promise<DisplayedEntity> {
  const parsed = await simpleParser(content, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
  })
  return {
    text: parsed.text ?? (parsed.html || ''),
    attachments: parsed.attachments.map(({ filename, size }) => ({ name: filename ?? '', bytes: size })),
  }
}
