import { describe, expect, test } from 'vitest'
import { forms } from './form.ts'
import type { Limit } from './limit.ts'
import type { Making, Matrix, Opening } from './matrix.ts'
import { judge } from './verdict.ts'

const form = forms.find(({ id }) => id === 'encrypt/aes-256-cbc/rsa-oaep-sha256/issuer-and-serial')
const other = forms.find(({ id }) => id === 'encrypt/aes-256-cbc/rsa-oaep-sha1/issuer-and-serial')
if (form === undefined || other === undefined) throw new Error('the test wants these forms')

const made: Making = { producer: 'openssl', form, says: undefined }
const opened: Opening = { producer: 'openssl', form, consumer: 'nss', result: 'ok', says: undefined }
const refused: Opening = { ...opened, result: 'refused', says: 'cmsutil exit 1: SEC_ERROR_UNSUPPORTED_KEYALG' }
const limit: Limit = {
  id: 'nss-no-oaep',
  peer: 'nss',
  versions: { before: '3.100' },
  does: ['open'],
  forms: ['encrypt/*/rsa-oaep-*/*'],
  says: ['SEC_ERROR_UNSUPPORTED_KEYALG'],
  why: 'opens no RSA-OAEP before 3.100',
  evidence: ['bug 215997'],
}

function matrixOf(openings: readonly Opening[], changes: Partial<Matrix> = {}): Matrix {
  return {
    peers: [
      { name: 'openssl', version: '3.0.22' },
      { name: 'nss', version: '3.87.1' },
    ],
    absent: [],
    forms: [form, other].filter((each) => each !== undefined),
    messages: [],
    makings: [made],
    openings,
    ...changes,
  }
}

const problemsOf = (matrix: Matrix, limits: readonly Limit[]) =>
  judge(matrix, limits).problems.map(({ kind, message }) => `${kind}: ${message}`)

test('all green without limits passes', () => {
  expect(judge(matrixOf([opened]), [])).toMatchObject({ passed: true, problems: [], limits: [] })
})

test('a red cell that a limit explains passes, and the limit is told', () => {
  const verdict = judge(matrixOf([refused]), [limit])
  expect(verdict.passed).toBe(true)
  expect(verdict.openings[0]?.limit?.id).toBe('nss-no-oaep')
  expect(verdict.limits).toEqual([{ limit, version: '3.87.1', notMade: 0, notOpened: 1 }])
})

describe('fails', () => {
  const cell = `nss on ${form.id} by openssl`

  test('on a red cell without a limit', () => {
    expect(problemsOf(matrixOf([refused]), [])).toEqual([`unexplained: ${cell}: ${refused.says}`])
  })

  test('on a form that is not made, without a limit', () => {
    expect(problemsOf(matrixOf([], { makings: [{ ...made, says: 'openssl exit 3: no' }] }), [])).toEqual([
      `unexplained: openssl does not make ${form.id}: openssl exit 3: no`,
    ])
  })

  test('where the peer fails in another way than the limit says', () => {
    const crash = { ...refused, says: 'cmsutil ended by SIGSEGV: ' }
    expect(problemsOf(matrixOf([crash]), [limit])).toEqual([
      `unexplained: ${cell}: cmsutil ended by SIGSEGV: `,
      'limit-gone: nss-no-oaep: explains no cell of nss 3.87.1',
    ])
  })

  test('where the limit belongs to older versions', () => {
    const peers = [{ name: 'nss' as const, version: '3.132' }]
    expect(problemsOf(matrixOf([refused], { peers }), [limit])).toEqual([`unexplained: ${cell}: ${refused.says}`])
  })

  test('where a limit is gone, and says what to change', () => {
    const verdict = judge(matrixOf([opened]), [limit])
    expect(verdict.passed).toBe(false)
    expect(verdict.problems).toEqual([
      {
        kind: 'limit-too-wide',
        message: `nss-no-oaep: nss 3.87.1 does open ${form.id} by openssl`,
        hint: "limits.ts: narrow nss-no-oaep, or set versions.before to '3.87.1' at most",
      },
    ])
  })

  test('where a limit covers what works beside what does not', () => {
    expect(problemsOf(matrixOf([refused, { ...opened, form: other }]), [limit])).toEqual([
      `limit-too-wide: nss-no-oaep: nss 3.87.1 does open ${other.id} by openssl`,
    ])
  })

  test.each(['altered-accepted', 'other-content'] as const)('on %s, whatever a limit says', (result) => {
    const verdict = judge(matrixOf([{ ...refused, result }]), [limit])
    expect(verdict.openings[0]?.limit).toBeUndefined()
    expect(verdict.problems[0]?.kind).toBe(result === 'altered-accepted' ? 'altered-accepted' : 'unexplained')
    expect(verdict.passed).toBe(false)
  })

  test('without a peer, and says how to install it', () => {
    const absent = [{ name: 'gpgsm' as const, packages: ['gpgsm', 'gpg-agent'] }]
    expect(judge(matrixOf([opened], { absent }), []).problems).toEqual([
      {
        kind: 'peer-absent',
        message: 'gpgsm is not installed',
        hint: 'sudo apt-get install -y --no-install-recommends gpgsm gpg-agent',
      },
    ])
  })
})

test('a limit none of whose cells was run is neither gone nor proven', () => {
  expect(judge(matrixOf([], { makings: [] }), [limit])).toMatchObject({ passed: true, limits: [] })
})

test('a limit of a peer that is not in the run says nothing', () => {
  const peers = [{ name: 'openssl' as const, version: '3.0.22' }]
  expect(judge(matrixOf([], { peers }), [limit]).passed).toBe(true)
})

test('what only its maker opened is not confirmed', () => {
  const own = { ...opened, consumer: 'openssl' as const }
  expect(judge(matrixOf([own, { ...opened, form: other }]), []).unconfirmed).toEqual([form])
})
