/** What a reader sees of a message that is already opened and verified. */
import { type ParsedMail, simpleParser } from 'mailparser'
import { LabError } from '../error.ts'

export interface DisplayedEntity {
  readonly text: string
  readonly attachments: { readonly name: string; readonly bytes: number }[]
}

/**
 * Displays a MIME entity. HTML is neither rendered nor turned into text, and nothing that it points to is fetched: where
 * an entity has HTML only, its source is the text.
 *
 * @throws LabError `display-failed` for what the parser refuses (hundreds of nested parts, a header of megabytes)
 */
export async function displayEntity(content: Buffer): Promise<DisplayedEntity> {
  const parsed = await parse(content)
  return {
    text: parsed.text || parsed.html || '',
    attachments: parsed.attachments.map(({ filename, size }) => ({ name: filename ?? '', bytes: size })),
  }
}

async function parse(content: Buffer): Promise<ParsedMail> {
  try {
    return await simpleParser(content, {
      skipHtmlToText: true,
      skipTextToHtml: true,
      skipImageLinks: true,
      skipTextLinks: true,
    })
  } catch (error) {
    const said = error instanceof Error ? error.message : 'no reason given'
    throw new LabError('display-failed', `a MIME entity to display wanted: ${said}`, { cause: error })
  }
}
