/** What may happen to a message on its way. */
import fc from 'fast-check'

export const mutation = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), length: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), bytes: fc.uint8Array({ maxLength: 20 }) }),
  fc.record({ kind: fc.constant('truncate' as const), at: fc.nat() }),
)

export type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never

/** Nothing is left to change of an empty message. */
export function mutate(message: Buffer, changes: readonly Mutation[]): Buffer {
  return changes.reduce((left, change) => (left.length > 0 ? mutateOnce(left, change) : left), message)
}

function mutateOnce(message: Buffer, change: Mutation): Buffer {
  const at = change.at % message.length
  switch (change.kind) {
    case 'flip': {
      const copy = Buffer.from(message)
      copy.writeUInt8(copy.readUInt8(at) ^ change.mask, at)
      return copy
    }
    case 'cut':
      return Buffer.concat([message.subarray(0, at), message.subarray(at + change.length)])
    case 'insert':
      return Buffer.concat([message.subarray(0, at), change.bytes, message.subarray(at)])
    case 'truncate':
      return message.subarray(0, at)
  }
}
