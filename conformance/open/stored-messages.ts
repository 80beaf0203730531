/** From what the command line names to the messages in it: files, folders, Maildirs, mbox files, standard input. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LabError } from '../../simulator/error.ts'
import { unquotings } from '../../simulator/mail/from-quoting.ts'
import { looksLikeMbox, mboxHeadSize, readMbox } from '../../simulator/mail/mbox.ts'
import { collect, fileChunks, fileError } from './bounded-file.ts'
import { readForms } from './cms-forms.ts'
import { messageFiles } from './message-files.ts'
import { peek } from './peek.ts'

/** Servers that carry mail stop at a tenth of this. */
export const largestMessage = 256 * 1024 * 1024

/** `name`: the file, and `#3` behind it for the third message in it. */
export type StoredMessage =
  | {
      readonly kind: 'message'
      readonly name: string
      /** The octets of the message; where storage has changed them, each way in which it may have, the likeliest first. */
      readonly readings: Iterable<Buffer>
    }
  | { readonly kind: 'malformed'; readonly name: string; readonly message: string }
  | { readonly kind: 'unread'; readonly name: string; readonly problem: LabError }

export interface MessagePlaces {
  readonly cwd: string
  /** What the argument `-` stands for; not touched without it. */
  readonly stdin: () => AsyncIterable<Uint8Array>
}

/** One message at a time: no more than one is held. What can't be read is told in its place. */
export async function* storedMessages(argument: string, places: MessagePlaces): AsyncGenerator<StoredMessage, void> {
  const { cwd, stdin } = places
  if (argument === '-') {
    yield* messagesIn(argument, stdin())
    return
  }
  try {
    if (!(await stat(resolve(cwd, argument))).isDirectory()) {
      yield* messagesIn(argument, fileChunks(cwd, argument, 'message'))
      return
    }
    for await (const found of messageFiles(cwd, argument)) {
      if ('problem' in found) yield { kind: 'unread', name: found.file, problem: found.problem }
      else yield* messagesIn(found.file, fileChunks(cwd, found.file, 'message'))
    }
  } catch (error) {
    yield { kind: 'unread', name: argument, problem: fileError(error, argument, 'message') }
  }
}

async function* messagesIn(file: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StoredMessage, void> {
  try {
    const { head, all } = await peek(chunks, mboxHeadSize)
    if (looksLikeMbox(head)) yield* messagesInMbox(file, all)
    else if (head.length > 0 || !/\.mbox$/i.test(file))
      yield* messagesInFile(file, await collect(all, { file, what: 'message', limit: largestMessage }))
  } catch (error) {
    yield { kind: 'unread', name: file, problem: fileError(error, file, 'message') }
  }
}

async function* messagesInMbox(file: string, all: AsyncIterable<Uint8Array>): AsyncGenerator<StoredMessage, void> {
  for await (const found of readMbox(all, { maxMessageSize: largestMessage })) {
    const name = `${file}#${found.index}`
    if ('problem' in found) {
      const { code, message } = found.problem
      yield { kind: 'unread', name, problem: new LabError(code, `${name}: ${message}`) }
    } else yield { kind: 'message', name, readings: unquotings(found.bytes) }
  }
}

function* messagesInFile(file: string, bytes: Buffer): Generator<StoredMessage, void> {
  try {
    const forms = readForms(bytes)
    for (const [index, form] of forms.entries())
      yield { kind: 'message', name: forms.length === 1 ? file : `${file}#${index + 1}`, readings: [form] }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    yield { kind: 'malformed', name: file, message: error.message }
  }
}
