/** Apple configuration profiles: the bytes of a `.mobileconfig`, written and read. */
export { decodeMobileconfig } from './decode.ts'
export { encodeMobileconfig } from './encode.ts'
export type {
  CertificatePayload,
  ConfigurationProfile,
  ExchangeAccountPayload,
  IdentityPayload,
  MailServer,
  ManagedMailPayload,
  Payload,
  PayloadHeader,
  SmimeSettings,
  UnknownPayload,
} from './profile.ts'
export { payloadUuid } from './uuid.ts'
