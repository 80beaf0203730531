/** For tests: `openssl verify` as the second opinion on a chain. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Oid } from '../../asn1/oid.ts'
import { certificateToPem } from '../certificate.ts'
import { writePem } from '../pem.ts'
import { at, type Case, codesOf, validateCase } from './hierarchy.ts'

/** What the chain is about, 'ok' or the code of the one reason against it, and the chain. */
export type Verdict = readonly [about: string, expected: string, build: () => Promise<Case>]

export interface Judgement {
  readonly codes: readonly string[]
  readonly openssl: 'accepts' | 'refuses'
}

/** What this project and OpenSSL say of the chain. */
export async function judge(build: () => Promise<Case>): Promise<Judgement> {
  const subject = await build()
  const codes = [...new Set(codesOf(validateCase(subject)))]
  return { codes, openssl: opensslAccepts(subject) ? 'accepts' : 'refuses' }
}

/** The judgement where both agree. */
export function agreed(expected: string): Judgement {
  return expected === 'ok' ? { codes: [], openssl: 'accepts' } : { codes: [expected], openssl: 'refuses' }
}

/** The policies that OpenSSL takes the chain to be valid for, dotted. */
export function opensslPolicies(subject: Case): string[] | 'refused' {
  const run = opensslVerify(subject, ['-policy_print'])
  if (run.status !== 0) return 'refused'
  // OpenSSL writes '<empty>', or one line for each: its name or number, then the qualifiers.
  const [, users = ''] = (run.stdout + run.stderr).split('User Policies:')
  const found = users.matchAll(/^\s+Policy: (.+)$/gm)
  return [...found].map(([, name = '']) => (name === 'X509v3 Any Policy' ? Oid.anyPolicy : name)).sort()
}

function opensslAccepts(subject: Case): boolean {
  return opensslVerify(subject).status === 0
}

function opensslVerify(subject: Case, more: readonly string[] = []): SpawnSyncReturns<string> {
  const folder = mkdtempSync(join(tmpdir(), 'smimelab-path-'))
  try {
    const run = spawnSync('openssl', ['verify', ...more, ...optionsFor(subject, folder)], { encoding: 'utf8' })
    // Any other failure would pass for a refusal.
    if (run.status !== 0 && !/error \d+ at \d+ depth lookup/.test(run.stderr)) throw new Error(run.stderr)
    return run
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function optionsFor(
  { leaf, anchors, intermediates = [], crls = [], policies = {}, ...rest }: Case,
  folder: string,
): string[] {
  const file = (name: string, pem: readonly string[]): string => {
    writeFileSync(join(folder, name), pem.join(''))
    return join(folder, name)
  }
  const lists = crls.map((each) => writePem('X509 CRL', each.der))
  return [
    // Without a policy set OpenSSL 3.0 takes the empty one where a policy is required, not "any".
    ...['-policy_check', ...(policies.acceptable ?? [Oid.anyPolicy]).flatMap((each) => ['-policy', each])],
    ...(policies.requireExplicit ? ['-explicit_policy'] : []),
    ...(policies.inhibitMapping ? ['-inhibit_map'] : []),
    ...(policies.inhibitAny ? ['-inhibit_any'] : []),
    ...['-purpose', rest.purpose === 'smime-encrypt' ? 'smimeencrypt' : 'smimesign'],
    ...['-attime', String((rest.at ?? at).getTime() / 1000)],
    ...['-CAfile', file('anchors.pem', anchors.map(certificateToPem))],
    ...(intermediates.length === 0 ? [] : ['-untrusted', file('untrusted.pem', intermediates.map(certificateToPem))]),
    ...(crls.length === 0 ? [] : ['-crl_check_all', '-use_deltas', '-CRLfile', file('lists.pem', lists)]),
    file('leaf.pem', [certificateToPem(leaf)]),
  ]
}
