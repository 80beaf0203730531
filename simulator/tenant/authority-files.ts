/** The folder `certification-authority`: the authority's own files, and the ledger of what it issued in the past. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import * as z from 'zod'
import { LabError } from '../error.ts'
import { type Certificate, type Identity, publicKeyOf, readCertificates } from '../pki/certificate.ts'
import { CertificationAuthority } from '../pki/certification-authority.ts'
import { openPkcs12 } from '../pki/pkcs12/index.ts'
import { readPrivateKey } from '../pki/private-key.ts'
import { dateSchema } from './people.ts'
import type { ProblemList } from './problem.ts'
import { checkShape } from './schema.ts'
import type { TenantFolder } from './tenant-files.ts'
import { readYaml } from './yaml-text.ts'

const authorityFolder = 'certification-authority'
const ledgerFile = `${authorityFolder}/issued.yaml`

/** @throws LabError: without an authority nobody can be given a signing certificate, so nothing goes on */
export async function readAuthority(
  folder: TenantFolder,
): Promise<{ authority: CertificationAuthority; authorityKey: KeyObject }> {
  const root = await readNamed(folder, 'root.pem', (bytes) => firstCertificate(bytes))
  const issuing = await readNamed(folder, 'issuing.pem', (bytes) => firstCertificate(bytes))
  const privateKey = await readNamed(folder, 'issuing.key.pem', readPrivateKey)
  if (!createPublicKey(privateKey).equals(publicKeyOf(issuing)))
    throw new LabError('authority-key-mismatch', `${authorityFolder}: issuing.key.pem is not the key of issuing.pem`)
  const authority = new CertificationAuthority({ certificate: issuing, privateKey }, [issuing, root])
  return { authority, authorityKey: privateKey }
}

async function readNamed<T>(folder: TenantFolder, name: string, read: (bytes: Buffer) => T): Promise<T> {
  const file = `${authorityFolder}/${name}`
  try {
    return read(await folder.read(file))
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    throw new LabError(error.code, `${file}: ${error.message}`, {
      hint: error.hint ?? `${authorityFolder} holds root.pem, issuing.pem and issuing.key.pem`,
      cause: error,
    })
  }
}

function firstCertificate(bytes: Buffer): Certificate {
  const [certificate] = readCertificates(bytes)
  if (certificate === undefined) throw new LabError('certificate-malformed', 'a certificate was wanted, none came')
  return certificate
}

const ledgerEntrySchema = z.strictObject({
  device: z.string().min(1),
  user: z.string().min(1),
  issued: dateSchema,
  purpose: z.literal('encryption'),
  /** Beside the ledger. */
  pfx: z.string().min(1),
  password: z.string(),
})

/** An encryption certificate that a device was once given for itself; the device may be gone since. */
export interface LedgerEntry {
  readonly device: string
  /** UPN in lower case. */
  readonly user: string
  readonly issued: Date
  readonly identity: Identity
}

/** The ledger, oldest entry first; entries that can't be used are problems. */
export async function readLedger(folder: TenantFolder, problems: ProblemList): Promise<LedgerEntry[]> {
  let raw: unknown[]
  try {
    const bytes = await folder.readIfThere(ledgerFile)
    raw = bytes === undefined ? [] : readList(bytes)
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    problems.addError(ledgerFile, error)
    return []
  }
  const entries: LedgerEntry[] = []
  for (const [index, each] of raw.entries()) {
    try {
      const { pfx, password, device, user, issued } = checkShape(ledgerEntrySchema, each, 'ledger-invalid')
      const { identities } = openPkcs12(await folder.read(`${authorityFolder}/${pfx}`), password)
      const [identity] = identities
      if (identity === undefined) throw new LabError('ledger-invalid', 'the PFX holds no private key')
      entries.push({ device, user: user.toLowerCase(), issued, identity })
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      problems.addError(ledgerFile, error, `[${index}]`)
    }
  }
  return entries.sort((a, b) => a.issued.getTime() - b.issued.getTime())
}

function readList(bytes: Buffer): unknown[] {
  const list = z.array(z.unknown()).max(100_000).nullable()
  return checkShape(list, readYaml(bytes).data, 'ledger-invalid') ?? []
}
