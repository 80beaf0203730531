/** For tests: `openssl verify` as the second opinion on a chain. */
import { spawnSync } from 'node:child_process'
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

function opensslAccepts(subject: Case): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'smimelab-path-'))
  try {
    const run = spawnSync('openssl', ['verify', ...optionsFor(subject, folder)], { encoding: 'utf8' })
    // Any other failure would pass for a refusal.
    if (run.status !== 0 && !/error \d+ at \d+ depth lookup/.test(run.stderr)) throw new Error(run.stderr)
    return run.status === 0
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function optionsFor({ leaf, anchors, intermediates = [], crls = [], ...rest }: Case, folder: string): string[] {
  const file = (name: string, pem: readonly string[]): string => {
    writeFileSync(join(folder, name), pem.join(''))
    return join(folder, name)
  }
  const lists = crls.map((each) => writePem('X509 CRL', each.der))
  return [
    // Without a policy set OpenSSL 3.0 takes the empty one where a policy is required, not "any".
    ...['-policy_check', '-policy', Oid.anyPolicy],
    ...['-purpose', rest.purpose === 'smime-encrypt' ? 'smimeencrypt' : 'smimesign'],
    ...['-attime', String((rest.at ?? at).getTime() / 1000)],
    ...['-CAfile', file('anchors.pem', anchors.map(certificateToPem))],
    ...(intermediates.length === 0 ? [] : ['-untrusted', file('untrusted.pem', intermediates.map(certificateToPem))]),
    ...(crls.length === 0 ? [] : ['-crl_check_all', '-CRLfile', file('lists.pem', lists)]),
    file('leaf.pem', [certificateToPem(leaf)]),
  ]
}
