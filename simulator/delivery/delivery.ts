/** What the service puts on the wire for one device, and nothing else: a device knows only what is in `bytes`. */
export type DeliveryMediaType =
  | 'application/x-apple-aspen-config'
  | 'application/vnd.syncml.dm+xml'
  | 'application/vnd.smimelab.android-agent+json'

export interface Delivery {
  readonly id: string
  /** Display names of the profiles that it carries, for people; a device never reads it. */
  readonly profile: string
  readonly mediaType: DeliveryMediaType
  readonly channel: 'device' | 'user'
  readonly bytes: Buffer
}
