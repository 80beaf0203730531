import { expect, test } from 'vitest'
import { Oid } from '../../simulator/asn1/oid.ts'
import { certificateToPem } from '../../simulator/pki/index.ts'
import { allLints } from '../../simulator/pki/lint/index.ts'
import { bake, policies, purposes, type Recipe } from '../../simulator/pki/lint/testing/recipe.ts'
import { outcomeOf } from './case.ts'
import { zlint } from './zlint.ts'
import { zlintLints } from './zlint-lints.ts'

const recipes: Readonly<Record<string, Recipe>> = {
  'good.pem': {},
  'no-usage.pem': { extensions: { [Oid.keyUsage]: null } },
  'MailboxAddressFromSAN/foreign.pem': { extensions: { [Oid.extendedKeyUsage]: purposes(Oid.clientAuth) } },
  'unclaimed.pem': { extensions: { [Oid.certificatePolicies]: null } },
  'multipurpose.pem': { extensions: { [Oid.certificatePolicies]: policies('2.23.140.1.5.1.2') } },
  'old.pem': { notBefore: '2023-01-01' },
  'plain-usage.pem': {
    extensions: { [Oid.certificatePolicies]: policies('2.23.140.1.5.1.3'), [Oid.subjectAltName]: null },
  },
}

function outcomesOf(...rows: string[]): string[] {
  const read = (file: string): Buffer => {
    if (file === 'VERDICTS.tsv') return Buffer.from(['#file\tlint\texpected', ...rows, ''].join('\n'))
    const recipe = recipes[file]
    if (recipe !== undefined) return Buffer.from(certificateToPem(bake(recipe)))
    throw Object.assign(new Error(file), { code: 'ENOENT' })
  }
  return [...zlint.cases({ read })].map((each) => outcomeOf(() => each.run()))
}

test.each([
  ['good.pem', 'e_key_usage_presence', 'Pass'],
  ['no-usage.pem', 'e_key_usage_presence', 'Error'],
  ['no-usage.pem', 'w_key_usage_criticality', 'NA'],
  ['old.pem', 'e_key_usage_presence', 'NE'],
  ['unclaimed.pem', 'e_exactly_one_smime_policy', 'Error'],
  ['foreign.pem', 'e_smime_strict_eku_check', 'Error'],
  ['multipurpose.pem', 'e_smime_strict_eku_check', 'NA'],
  ['multipurpose.pem', 'e_smime_legacy_multipurpose_eku_check', 'Pass'],
  ['plain-usage.pem', 'e_mailbox_address_shall_contain_an_rfc822_name', 'Error'],
  ['gone.pem', 'e_key_usage_presence', 'file missing'],
  ['good.pem', 'e_unheard_of', 'no lint of ours stands for it'],
])('%s, %s: %s', (file, lint, expected) => {
  expect(outcomesOf(`${file}\t${lint}\tPass`)).toEqual([expected])
})

test('a case is named by its file and lint, and expects what the table says', () => {
  const cases = [...zlint.cases({ read: () => Buffer.from('a.pem\te_key_usage_presence\tNA\n') })]
  expect(cases).toMatchObject([{ name: 'a.pem e_key_usage_presence', expected: 'NA' }])
})

test('every lint that stands for one of ZLint is there', () => {
  const ids = allLints.map(({ id }) => id)
  expect(
    Object.values(zlintLints)
      .flat()
      .filter((id) => !ids.includes(id)),
  ).toEqual([])
  expect(Object.keys(zlintLints).length).toBe(37)
})
