/** The beginning of a message's text as its reader sees it: of what is already opened and verified, and nothing else. */
import { inertWithin } from '../../reports/inert.ts'
import { LabError } from '../../simulator/error.ts'
import { displayEntity } from '../../simulator/mail/display.ts'

const mostLines = 12
const columns = 64
/** Larger mail is to be written with --out, and looked at there. */
const largestShown = 4 * 1024 * 1024

export async function shownText(content: Buffer): Promise<string[]> {
  if (content.length > largestShown) return ['(too long to show: write it with --out)']
  try {
    const { text, attachments } = await displayEntity(content)
    const lines = text.replace(/\r\n/g, '\n').trimEnd().split('\n')
    const shown = lines.slice(0, mostLines).map((line) => inertWithin(line, columns).trimEnd())
    const more = lines.length - shown.length
    return [
      ...shown,
      ...(more > 0 ? [`(and ${more} more lines)`] : []),
      ...attachments.map(
        ({ name, bytes }) => `[${inertWithin(name === '' ? 'attachment' : name, 40)}, ${bytes} bytes]`,
      ),
    ]
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return [`(${inertWithin(error.message, columns)})`]
  }
}
