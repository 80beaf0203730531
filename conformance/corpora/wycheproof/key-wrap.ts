/** AES key wrap (RFC 3394), both ways for valid vectors. */
import { wrapNamed } from '../../../simulator/smime/cms/algorithms.ts'
import { unwrapKey, wrapKey } from '../../../simulator/smime/cms/key-wrap.ts'
import type { Corpus } from '../corpus.ts'
import { compare, hex, readVectors, type Vector } from './vectors.ts'

interface Group {
  readonly keySize: 128 | 192 | 256
}

interface Test extends Vector {
  readonly key: string
  readonly msg: string
  readonly ct: string
}

export const keyWrap: Corpus = {
  name: 'wycheproof/aes-kw',
  folder: 'wycheproof',
  least: 165 + 36,
  *cases(folder) {
    for (const { name, group, test } of readVectors<Group, Test>(folder, 'aes_wrap_test.json')) {
      const spec = wrapNamed(`aes-${group.keySize}-wrap`)
      yield {
        name: `${name} (unwrap)`,
        // 'acceptable' is one block of key; RFC 3394 2 has two at least, and no content cipher has so short a key.
        expected: test.result === 'valid' ? 'opened' : 'refused',
        run: () => compare(unwrapKey(spec, hex(test.key), hex(test.ct)), hex(test.msg)),
      }
      if (test.result !== 'valid') continue
      yield {
        name: `${name} (wrap)`,
        expected: test.ct,
        run: () => wrapKey(spec, hex(test.key), hex(test.msg)).toString('hex'),
      }
    }
  },
}
