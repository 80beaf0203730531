/** For tests: `openssl ocsp` as responder, and as the one who reads a response. Both live by the clock of the machine. */

import { execFileSync, spawnSync } from 'node:child_process'
import type { KeyObject } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Certificate, certificateToPem, type Identity } from '../certificate.ts'

export interface OpensslAnswer {
  readonly issuer: Certificate
  readonly certificate: Certificate
  readonly responder: Identity
  /** As in OpenSSL's index: valid, revoked with date and reason; undefined: not in the index. */
  readonly status: 'V' | { readonly revoked: string } | undefined
  readonly requestOptions?: readonly string[]
  readonly options?: readonly string[]
}

/** The DER of what OpenSSL answers, now. */
export function opensslAnswers(question: OpensslAnswer): Buffer {
  return inFolder((folder, file) => {
    const { issuer, certificate, responder, status } = question
    const certificates = ['-issuer', file('issuer.pem', certificateToPem(issuer))]
    const request = ['-cert', file('leaf.pem', certificateToPem(certificate)), '-no_nonce', '-reqout', 'request']
    run(folder, ['ocsp', ...(question.requestOptions ?? []), ...certificates, ...request])
    const serial = certificate.serial.toString('hex').toUpperCase()
    const fields = status === 'V' ? ['V', '491231235959Z', ''] : ['R', '491231235959Z', status?.revoked]
    file('index', status === undefined ? '' : `${[...fields, serial, 'unknown', '/CN=Any'].join('\t')}\n`)
    run(folder, [
      ...['ocsp', '-index', 'index', '-reqin', 'request', '-respout', 'response'],
      ...['-CA', 'issuer.pem', '-rsigner', file('responder.pem', certificateToPem(responder.certificate))],
      ...['-rkey', file('key.pem', toPem(responder.privateKey)), ...(question.options ?? ['-ndays', '7'])],
    ])
    return readFileSync(join(folder, 'response'))
  })
}

export interface OpensslReading {
  readonly issuer: Certificate
  readonly certificate: Certificate
  readonly anchor: Certificate
  /** OpenSSL looks for an answer whose digests are by this one. */
  readonly hash: string
}

/** What OpenSSL says of the response: that it verifies, and the status it tells. */
export function opensslReads(response: Buffer, { issuer, certificate, anchor, hash }: OpensslReading): string {
  return inFolder((folder, file) => {
    writeFileSync(join(folder, 'response'), response)
    const { stdout, stderr } = spawnSync(
      'openssl',
      [
        ...['ocsp', '-respin', 'response', '-CAfile', file('anchor.pem', certificateToPem(anchor))],
        ...['-verify_other', file('issuer.pem', certificateToPem(issuer)), '-issuer', 'issuer.pem', `-${hash}`],
        ...['-cert', file('leaf.pem', certificateToPem(certificate))],
      ],
      { cwd: folder, encoding: 'utf8' },
    )
    return `${stderr}${stdout}`
  })
}

function toPem(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString()
}

function run(folder: string, words: readonly string[]): void {
  execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
}

function inFolder<T>(work: (folder: string, file: (name: string, text: string) => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'smimelab-ocsp-'))
  try {
    return work(folder, (name, text) => {
      writeFileSync(join(folder, name), text)
      return name
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
