/**
 * Reads a profile as a device does: the keys that Apple's schema requires must be there and have their types, every
 * payload's identifier and UUID must be its own; keys that nobody here knows are passed over.
 */
import { LabError } from '../../error.ts'
import { Dictionary } from './dictionary.ts'
import { mailAccountTypes, mailAuthentications, payloadTypes, smimeReferences, smimeSwitches } from './payload-keys.ts'
import type { ConfigurationProfile, MailServer, Payload, PayloadHeader, SmimeSettings } from './profile.ts'
import { readPropertyList } from './property-list.ts'

const maxPayloads = 256

const headerKeys = ['PayloadDisplayName', 'PayloadIdentifier', 'PayloadType', 'PayloadUUID', 'PayloadVersion']

/**
 * Codes: `mobileconfig-*` for bytes that are no property list or none that can be read here, `profile-*` for faults
 * of the profile's own keys, `payload-*` for those of a payload's.
 */
export function decodeMobileconfig(bytes: Uint8Array): ConfigurationProfile {
  const root = new Dictionary(readPropertyList(bytes), 'profile', 'profile')
  requireVersion(root)
  const type = root.required('PayloadType', 'string')
  if (type !== 'Configuration') throw root.fault('unsupported-value', 'PayloadType Configuration wanted')
  const header = readHeader(root)
  if (root.optional('IsEncrypted', 'boolean') || root.optional('EncryptedPayloadContent', 'data') !== undefined)
    throw new LabError('profile-encrypted', 'a plain profile wanted, got an encrypted one: not simulated yet')
  const contents = root.required('PayloadContent', 'array')
  if (contents.length === 0) throw new LabError('profile-empty', 'profile: one payload or more wanted, got none')
  if (contents.length > maxPayloads)
    throw new LabError('mobileconfig-too-large', `at most ${maxPayloads} payloads wanted, got ${contents.length}`)
  const payloads = contents.map((each, index) =>
    readPayload(new Dictionary(each, 'payload', `PayloadContent[${index}]`)),
  )
  requireDistinct([header.uuid, ...payloads.map((each) => each.uuid)], 'PayloadUUID', 'profile-duplicate-uuid')
  requireDistinct(
    payloads.map((each) => each.identifier),
    'PayloadIdentifier',
    'profile-duplicate-identifier',
  )
  return defined<ConfigurationProfile>({
    identifier: header.identifier,
    uuid: header.uuid,
    displayName: header.displayName ?? header.identifier,
    organization: root.optional('PayloadOrganization', 'string'),
    payloads,
  })
}

function readPayload(payload: Dictionary): Payload {
  requireVersion(payload)
  const type = payload.required('PayloadType', 'string')
  const header = readHeader(payload)
  switch (type) {
    case payloadTypes.root:
      return { ...header, kind: 'root', ...readContent(payload) }
    case payloadTypes.pkcs1:
      return { ...header, kind: 'pkcs1', ...readContent(payload) }
    case payloadTypes.pem:
      return { ...header, kind: 'pem', ...readContent(payload) }
    case payloadTypes.pkcs12:
      return defined<Payload>({
        ...header,
        kind: 'pkcs12',
        ...readContent(payload),
        password: payload.optional('Password', 'string'),
      })
    case payloadTypes['exchange-account']:
      return defined<Payload>({
        ...header,
        kind: 'exchange-account',
        emailAddress: payload.optional('EmailAddress', 'string'),
        host: payload.optional('Host', 'string'),
        userName: payload.optional('UserName', 'string'),
        ssl: payload.optional('SSL', 'boolean'),
        smime: readSmime(payload),
      })
    case payloadTypes['managed-mail']:
      return defined<Payload>({
        ...header,
        kind: 'managed-mail',
        accountType: readAccountType(payload),
        emailAddress: payload.optional('EmailAddress', 'string'),
        accountName: payload.optional('EmailAccountName', 'string'),
        incoming: readServer(payload, 'IncomingMailServer'),
        outgoing: readServer(payload, 'OutgoingMailServer'),
        smime: readSmime(payload),
      })
    default:
      return { ...header, kind: 'unknown', type, settings: payload.without(headerKeys) }
  }
}

function requireVersion(dictionary: Dictionary): void {
  if (dictionary.required('PayloadVersion', 'integer') !== 1)
    throw dictionary.fault('unsupported-version', 'PayloadVersion 1 wanted')
}

function readHeader(dictionary: Dictionary): PayloadHeader {
  return defined<PayloadHeader>({
    identifier: readName(dictionary, 'PayloadIdentifier'),
    uuid: readName(dictionary, 'PayloadUUID'),
    displayName: dictionary.optional('PayloadDisplayName', 'string'),
  })
}

function readName(dictionary: Dictionary, key: string): string {
  const name = dictionary.required(key, 'string')
  if (name === '') throw dictionary.fault('unsupported-value', `${key} wanted, got an empty string`)
  return name
}

function readContent(payload: Dictionary): { content: Buffer; fileName?: string } {
  return defined<{ content: Buffer; fileName?: string }>({
    content: payload.required('PayloadContent', 'data'),
    fileName: payload.optional('PayloadCertificateFileName', 'string'),
  })
}

function readAccountType(payload: Dictionary): (typeof mailAccountTypes)[number] {
  const type = payload.required('EmailAccountType', 'string')
  const known = mailAccountTypes.find((each) => each === type)
  if (known === undefined)
    throw payload.fault('unsupported-value', `EmailAccountType: one of ${mailAccountTypes.join(', ')} wanted`)
  return known
}

function readServer(payload: Dictionary, prefix: string): MailServer {
  const authentication = payload.required(`${prefix}Authentication`, 'string')
  if (!mailAuthentications.includes(authentication))
    throw payload.fault('unsupported-value', `${prefix}Authentication: one of ${mailAuthentications.join(', ')} wanted`)
  return defined<MailServer>({
    host: payload.required(`${prefix}HostName`, 'string'),
    authentication,
    userName: payload.optional(`${prefix}Username`, 'string'),
    port: payload.optional(`${prefix}PortNumber`, 'integer'),
    ssl: payload.optional(`${prefix}UseSSL`, 'boolean'),
  })
}

function readSmime(payload: Dictionary): SmimeSettings {
  const switches = Object.entries(smimeSwitches).map(([field, key]) => [field, payload.optional(key, 'boolean')])
  const references = Object.entries(smimeReferences).map(([field, key]) => [field, payload.optional(key, 'string')])
  return defined<SmimeSettings>(Object.fromEntries([...switches, ...references]))
}

function requireDistinct(values: readonly string[], key: string, code: string): void {
  if (new Set(values).size !== values.length)
    throw new LabError(code, `profile: every ${key} once wanted, got one twice`)
}

type Loose<T> = T extends unknown ? { [K in keyof T]: T[K] | undefined } : never

/** Drops what is undefined, so that an absent key is an absent field. */
function defined<T extends object>(loose: Loose<T>): T {
  return Object.fromEntries(Object.entries(loose).filter(([, value]) => value !== undefined)) as T
}
