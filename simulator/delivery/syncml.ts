/**
 * SyncML messages of OMA Device Management 1.2 (OMA-TS-SyncML-RepPro-V1_2_2, OMA-TS-DM_Protocol-V1_2; for Windows
 * [MS-MDM]), as a service sends them. Read here is what a message says; what of it is allowed is for the device to
 * judge, which answers a Status per command. So a command without a CmdID, or an element that nobody knows, is kept.
 */
import { LabError } from '../error.ts'
import { childOf, readXml, textAt, writeElement, type XmlElement } from './syncml-xml.ts'

export const syncMlMediaType = 'application/vnd.syncml.dm+xml'

const namespace = 'SYNCML:SYNCML1.2'
const metaNamespace = 'syncml:metinf'

/** RepPro 5.1.7 Meta Format: those that Windows knows. */
export type SyncMlFormat = 'b64' | 'bin' | 'bool' | 'chr' | 'int' | 'node' | 'null' | 'xml'

export interface SyncMlItem {
  /** LocURI of the node; empty where the item names none. */
  readonly target: string
  /** `chr` where absent. */
  readonly format?: SyncMlFormat | (string & {})
  readonly type?: string
  readonly data?: string
}

export type ItemCommandName = 'Add' | 'Replace' | 'Delete' | 'Exec' | 'Get' | 'Alert'
export type GroupCommandName = 'Atomic' | 'Sequence'

export interface ItemCommand {
  readonly name: ItemCommandName
  /** Absent in a decoded message: the sender gave none. Absent in one to encode: the encoder numbers it. */
  readonly cmdId?: string
  readonly items: readonly SyncMlItem[]
}

export interface GroupCommand {
  readonly name: GroupCommandName
  readonly cmdId?: string
  readonly commands: readonly SyncMlCommand[]
}

/** An element where a command was wanted. It can't be encoded. */
export interface UnknownCommand {
  readonly name: 'unknown'
  readonly cmdId?: string
  readonly element: string
}

export type SyncMlCommand = ItemCommand | GroupCommand | UnknownCommand

export interface SyncMlMessage {
  readonly sessionId: string
  /** Counts from 1 within a session. */
  readonly msgId: string
  /** LocURI of the device. */
  readonly target: string
  /** LocURI of the service. */
  readonly source: string
  readonly commands: readonly SyncMlCommand[]
}

const itemCommands: ReadonlySet<string> = new Set<ItemCommandName>(['Add', 'Replace', 'Delete', 'Exec', 'Get', 'Alert'])
const groupCommands: ReadonlySet<string> = new Set<GroupCommandName>(['Atomic', 'Sequence'])
/** Answers to what the device said before, and the end mark: no commands, so no Status. */
const notCommands: ReadonlySet<string> = new Set(['Status', 'Results', 'Final'])

/**
 * @throws LabError 'syncml-malformed' where the document is no SyncML message; 'xml-malformed', 'xml-doctype',
 * 'xml-too-large'
 */
export function decodeSyncMl(bytes: Uint8Array): SyncMlMessage {
  const root = readXml(bytes)
  if (root.name !== 'SyncML' || root.namespace !== namespace)
    throw malformed(`a SyncML element in ${namespace} wanted, got ${show(root.name)} in ${show(root.namespace)}`)
  const header = required(root, 'SyncHdr')
  expectText(header, 'VerDTD', '1.2')
  expectText(header, 'VerProto', 'DM/1.2')
  return {
    sessionId: requiredText(header, 'SessionID'),
    msgId: requiredText(header, 'MsgID'),
    target: textAt(header, 'Target', 'LocURI') ?? '',
    source: textAt(header, 'Source', 'LocURI') ?? '',
    commands: readCommands(required(root, 'SyncBody').children),
  }
}

function readCommands(elements: readonly XmlElement[]): SyncMlCommand[] {
  return elements.filter(({ name }) => !notCommands.has(name)).map(readCommand)
}

/** What of a group's children describes the group itself (RepPro 6.5.2 Atomic, 6.5.17 Sequence). */
const groupProperties: ReadonlySet<string> = new Set(['CmdID', 'NoResp', 'Meta'])

function readCommand(element: XmlElement): SyncMlCommand {
  const { name } = element
  const cmdId = textAt(element, 'CmdID')
  const id = cmdId === undefined || cmdId === '' ? {} : { cmdId }
  if (isItemCommand(name)) return { name, ...id, items: readItems(element) }
  if (isGroupCommand(name)) {
    const members = element.children.filter((each) => !groupProperties.has(each.name))
    return { name, ...id, commands: readCommands(members) }
  }
  return { name: 'unknown', ...id, element: name }
}

function isItemCommand(name: string): name is ItemCommandName {
  return itemCommands.has(name)
}

function isGroupCommand(name: string): name is GroupCommandName {
  return groupCommands.has(name)
}

function readItems(command: XmlElement): SyncMlItem[] {
  const common = childOf(command, 'Meta')
  return command.children
    .filter(({ name }) => name === 'Item')
    .map((item) => {
      const format = textAt(item, 'Meta', 'Format') ?? (common && textAt(common, 'Format'))
      const type = textAt(item, 'Meta', 'Type') ?? (common && textAt(common, 'Type'))
      const data = childOf(item, 'Data')?.text
      return {
        target: textAt(item, 'Target', 'LocURI') ?? '',
        ...(format === undefined ? {} : { format }),
        ...(type === undefined ? {} : { type }),
        ...(data === undefined ? {} : { data }),
      }
    })
}

/**
 * Writes a message, its last of the package. Commands without a CmdID are numbered in the order of the document.
 *
 * @throws LabError 'xml-unwritable', 'syncml-unwritable'
 */
export function encodeSyncMl(message: SyncMlMessage): Buffer {
  const taken = new Set<string>()
  collectIds(message.commands, taken)
  let last = 0
  const nextId = (): string => {
    do last++
    while (taken.has(String(last)))
    return String(last)
  }
  const header = writeElement('SyncHdr', [
    writeElement('VerDTD', '1.2'),
    writeElement('VerProto', 'DM/1.2'),
    writeElement('SessionID', message.sessionId),
    writeElement('MsgID', message.msgId),
    writeLocUri('Target', message.target),
    writeLocUri('Source', message.source),
  ])
  const commands = message.commands.map((each) => writeCommand(each, nextId))
  const body = writeElement('SyncBody', [...commands, writeElement('Final', '')])
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${writeElement('SyncML', [header, body], namespace)}\n`)
}

function collectIds(commands: readonly SyncMlCommand[], ids: Set<string>): void {
  for (const command of commands) {
    if (command.cmdId !== undefined) ids.add(command.cmdId)
    if ('commands' in command) collectIds(command.commands, ids)
  }
}

function writeCommand(command: SyncMlCommand, nextId: () => string): string {
  if (command.name === 'unknown')
    throw new LabError('syncml-unwritable', `a command wanted, got the unknown element ${show(command.element)}`)
  const id = writeElement('CmdID', command.cmdId ?? nextId())
  const rest =
    'items' in command ? command.items.map(writeItem) : command.commands.map((each) => writeCommand(each, nextId))
  return writeElement(command.name, [id, ...rest])
}

function writeItem({ target, format, type, data }: SyncMlItem): string {
  const meta = [
    format === undefined ? undefined : writeElement('Format', format, metaNamespace),
    type === undefined ? undefined : writeElement('Type', type, metaNamespace),
  ]
  return writeElement('Item', [
    target === '' ? undefined : writeLocUri('Target', target),
    meta.every((each) => each === undefined) ? undefined : writeElement('Meta', meta),
    data === undefined ? undefined : writeElement('Data', data),
  ])
}

function writeLocUri(name: 'Target' | 'Source', locUri: string): string {
  return writeElement(name, [writeElement('LocURI', locUri)])
}

function required(parent: XmlElement, name: string): XmlElement {
  const found = childOf(parent, name)
  if (found === undefined) throw malformed(`${parent.name} without ${name}`)
  return found
}

function requiredText(parent: XmlElement, name: string): string {
  const text = required(parent, name).text.trim()
  if (text === '') throw malformed(`${name} is empty`)
  return text
}

function expectText(parent: XmlElement, name: string, wanted: string): void {
  const got = requiredText(parent, name)
  if (got !== wanted) throw malformed(`${name} ${wanted} wanted, got ${show(got)}`)
}

/** Names that came from outside, short enough to print. */
function show(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}

function malformed(what: string): LabError {
  return new LabError('syncml-malformed', `SyncML: ${what}`)
}
