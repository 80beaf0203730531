/** Writes a profile as an XML property list. Keys are sorted, UUIDs are the caller's: same profile, same bytes. */
import { build, type PlistValue } from 'plist'
import { LabError } from '../../error.ts'
import { payloadTypes, smimeReferences, smimeSwitches } from './payload-keys.ts'
import type { ConfigurationProfile, MailServer, Payload, SmimeSettings } from './profile.ts'

type Dictionary = { [key: string]: PlistValue }
type LooseDictionary = { readonly [key: string]: PlistValue | undefined }

/** Throws LabError `mobileconfig-not-encodable` for text that XML 1.0 cannot hold. */
export function encodeMobileconfig(profile: ConfigurationProfile): Buffer {
  const root = sortKeys({
    PayloadContent: profile.payloads.map(payloadDictionary),
    PayloadDisplayName: profile.displayName,
    PayloadIdentifier: profile.identifier,
    PayloadOrganization: profile.organization,
    PayloadType: 'Configuration',
    PayloadUUID: profile.uuid,
    PayloadVersion: 1,
  })
  requireXmlText(root, profile.identifier)
  return Buffer.from(build(root), 'utf8')
}

function payloadDictionary(payload: Payload): Dictionary {
  return sortKeys({
    ...settings(payload),
    PayloadDisplayName: payload.displayName,
    PayloadIdentifier: payload.identifier,
    PayloadType: payload.kind === 'unknown' ? payload.type : payloadTypes[payload.kind],
    PayloadUUID: payload.uuid,
    PayloadVersion: 1,
  })
}

function settings(payload: Payload): LooseDictionary {
  switch (payload.kind) {
    case 'root':
    case 'pkcs1':
    case 'pem':
      return { PayloadContent: payload.content, PayloadCertificateFileName: payload.fileName }
    case 'pkcs12':
      return {
        PayloadContent: payload.content,
        PayloadCertificateFileName: payload.fileName,
        Password: payload.password,
      }
    case 'exchange-account':
      return {
        EmailAddress: payload.emailAddress,
        Host: payload.host,
        UserName: payload.userName,
        SSL: payload.ssl,
        ...smimeDictionary(payload.smime),
      }
    case 'managed-mail':
      return {
        EmailAccountType: payload.accountType,
        EmailAddress: payload.emailAddress,
        EmailAccountName: payload.accountName,
        ...serverDictionary('Incoming', payload.incoming),
        ...serverDictionary('Outgoing', payload.outgoing),
        ...smimeDictionary(payload.smime),
      }
    case 'unknown':
      return payload.settings
  }
}

function serverDictionary(direction: 'Incoming' | 'Outgoing', server: MailServer): LooseDictionary {
  const prefix = `${direction}MailServer`
  return {
    [`${prefix}HostName`]: server.host,
    [`${prefix}Authentication`]: server.authentication,
    [`${prefix}Username`]: server.userName,
    [`${prefix}PortNumber`]: server.port,
    [`${prefix}UseSSL`]: server.ssl,
  }
}

function smimeDictionary(smime: SmimeSettings): LooseDictionary {
  const names = { ...smimeSwitches, ...smimeReferences }
  return Object.fromEntries(
    Object.entries(smime).map(([field, value]) => [names[field as keyof SmimeSettings], value as PlistValue]),
  )
}

function sortKeys(dictionary: LooseDictionary): Dictionary {
  const sorted: Dictionary = {}
  for (const key of Object.keys(dictionary).sort()) {
    const value = dictionary[key]
    if (value !== undefined) sorted[key] = value
  }
  return sorted
}

/** Asked before the XML writer is: its own complaint would quote the text, and the text may be a password. */
function requireXmlText(value: PlistValue, place: string): void {
  if (typeof value === 'string') {
    // XML 1.0 2.2: tab, LF, CR, and everything from space up but surrogates, U+FFFE and U+FFFF.
    if (!/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(value))
      throw new LabError(
        'mobileconfig-not-encodable',
        `${place}: text that XML 1.0 can hold wanted, a forbidden character came`,
      )
  } else if (Array.isArray(value)) {
    value.forEach((each, index) => {
      requireXmlText(each, `${place}[${index}]`)
    })
  } else if (isDictionary(value)) {
    for (const [key, each] of Object.entries(value)) {
      requireXmlText(key, place)
      requireXmlText(each, `${place}.${key}`)
    }
  }
}

function isDictionary(value: PlistValue): value is Dictionary {
  return typeof value === 'object' && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array)
}
