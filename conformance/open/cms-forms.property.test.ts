import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LabError } from '../../simulator/error.ts'
import { readForms } from './cms-forms.ts'

const cms = fc
  .uint8Array({ minLength: 127, maxLength: 300 })
  .map((octets) => Buffer.from([0x30, 0x82, 1, 0, ...octets]))

test('base64 is undone, however its lines are broken', () => {
  fc.assert(
    fc.property(cms, fc.integer({ min: 2, max: 100 }), fc.constantFrom('\n', '\r\n', ' \t\n'), (der, columns, eol) => {
      const text = der.toString('base64').replace(new RegExp(`.{${columns}}`, 'g'), `$&${eol}`)
      expect(readForms(Buffer.from(text))).toEqual([der])
    }),
  )
})

test('what is not base64 from end to end stays as it is', () => {
  fc.assert(
    fc.property(cms, fc.nat(), fc.constantFrom(':', '-', '.', '\u0000', 'ü'), (der, where, strange) => {
      const text = der.toString('base64')
      const at = 2 + (where % (text.length - 2))
      const broken = Buffer.from(text.slice(0, at) + strange + text.slice(at))
      expect(readForms(broken)).toEqual([broken])
    }),
  )
})

test('any octets, with or without a BEGIN line in front, end in octets or a typed error', () => {
  const begin = fc.constantFrom('', '-----BEGIN CMS-----\n', '-----BEGIN PKCS7-----', ' \n-----BEGIN ')
  const end = fc.constantFrom('', '\n-----END CMS-----\n', '-----END PKCS7-----')
  fc.assert(
    fc.property(begin, fc.uint8Array(), end, (first, octets, last) => {
      const bytes = Buffer.concat([Buffer.from(first), octets, Buffer.from(last)])
      try {
        expect(readForms(bytes).length).toBeGreaterThan(0)
      } catch (error) {
        expect(error).toBeInstanceOf(LabError)
      }
    }),
  )
})
