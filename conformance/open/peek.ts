/** Looks at the beginning of a stream before it is known what will read it. */

/** `head`: the first `size` octets or more, fewer only where there are no more. `all` has them too, and can be read once. */
export async function peek(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
): Promise<{ head: Buffer; all: AsyncIterable<Uint8Array> }> {
  const source = chunks[Symbol.asyncIterator]()
  let head: Buffer = Buffer.alloc(0)
  while (head.length < size) {
    const { done, value } = await source.next()
    if (done === true) break
    head = head.length === 0 ? asBuffer(value) : Buffer.concat([head, value])
  }
  return { head, all: resumed(head, source) }
}

async function* resumed(head: Buffer, source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield head
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value
  } finally {
    await source.return?.()
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
