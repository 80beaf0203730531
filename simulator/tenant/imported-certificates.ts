/** The certificates that an administrator imported for the users, opened as the connector would open them. */
import type { KeyObject } from 'node:crypto'
import { type ImportedPfxRecord, parseImportedPfx, unwrapPassword } from '../delivery/imported-pfx.ts'
import { LabError } from '../error.ts'
import type { Identity } from '../pki/certificate.ts'
import { openPkcs12 } from '../pki/pkcs12/index.ts'
import { readPrivateKey } from '../pki/private-key.ts'
import { orProblem, readJsonFile } from './json-file.ts'
import type { People } from './people.ts'
import type { ProblemList } from './problem.ts'
import type { Purpose } from './profile.ts'
import type { TenantFolder } from './tenant-files.ts'

const connectorKeyFile = 'connector/PFXEncryptionKey.pem'
const dayInMs = 24 * 3600 * 1000

export interface ImportedCertificate {
  /** UPN in lower case. */
  readonly user: string
  readonly purpose: Purpose
  readonly identity: Identity
}

/** Every import that opens, oldest start date first; the others are problems, each of its own file. */
export async function readImports(
  folder: TenantFolder,
  people: People,
  problems: ProblemList,
): Promise<ImportedCertificate[]> {
  const files = await folder.list('imported-pfx', '.json')
  if (files.length === 0) return []
  const connectorKey = await orProblem(connectorKeyFile, problems, async () =>
    readPrivateKey(await folder.read(connectorKeyFile)),
  )
  if (connectorKey === undefined) return []

  const upns = new Set(people.users.map(({ upn }) => upn.toLowerCase()))
  const imports: ImportedCertificate[] = []
  // The service knows a record by user and thumbprint: a second one, for another purpose too, is a conflict.
  const fileOf = new Map<string, string>()
  for (const file of files) {
    const record = await readJsonFile(folder, file, parseImportedPfx, problems)
    if (record === undefined) continue
    const imported = await orProblem(file, problems, () => openImport(record, connectorKey, upns))
    if (imported === undefined) continue
    const former = fileOf.get(`${imported.user} ${record.thumbprint}`)
    if (former !== undefined) {
      problems.addError(file, new LabError('imported-pfx-duplicate', `${former} already holds this certificate`))
      continue
    }
    fileOf.set(`${imported.user} ${record.thumbprint}`, file)
    warnOfDates(record, imported.identity, file, problems)
    imports.push(imported)
  }
  return imports.sort(byStart)
}

function byStart(a: ImportedCertificate, b: ImportedCertificate): number {
  const [left, right] = [a.identity.certificate, b.identity.certificate]
  return left.notBefore.getTime() - right.notBefore.getTime() || left.sha256.localeCompare(right.sha256)
}

function openImport(
  record: ImportedPfxRecord,
  connectorKey: KeyObject,
  upns: ReadonlySet<string>,
): ImportedCertificate {
  const user = record.userPrincipalName.toLowerCase()
  if (!upns.has(user)) throw new LabError('unknown-user', `no user is named '${record.userPrincipalName}'`)
  const blob = Buffer.from(record.encryptedPfxBlob, 'base64')
  if (blob.length <= 1)
    throw new LabError('imported-pfx-read-back', 'the blob is empty', {
      hint: 'Graph never gives the blob back: keep the record as it was uploaded',
    })
  const { identities } = openPkcs12(blob, unwrapPassword(record, connectorKey))
  const identity = identities.find(({ certificate }) => certificate.sha1 === record.thumbprint)
  if (identity === undefined)
    throw new LabError('imported-pfx-thumbprint', `the PFX holds no key for the certificate ${record.thumbprint}`)
  return { user, purpose: purposeOf(record), identity }
}

function purposeOf({ intendedPurpose }: ImportedPfxRecord): Purpose {
  if (intendedPurpose === 'smimeEncryption') return 'encryption'
  if (intendedPurpose === 'smimeSigning') return 'signing'
  throw new LabError('purpose-not-smime', `intendedPurpose ${intendedPurpose}: no profile for mail matches the record`)
}

/** Import tools write local times; more than a day apart is another certificate's date. */
function warnOfDates(record: ImportedPfxRecord, { certificate }: Identity, file: string, problems: ProblemList): void {
  for (const [place, written, real] of [
    ['startDateTime', record.startDateTime, certificate.notBefore],
    ['expirationDateTime', record.expirationDateTime, certificate.notAfter],
  ] as const) {
    if (Math.abs(Date.parse(written) - real.getTime()) > dayInMs)
      problems.add({
        file,
        place,
        code: 'imported-pfx-dates',
        message: `the record says ${written}, the certificate ${real.toISOString()}`,
        severity: 'warning',
      })
  }
}
