/** What signatures are judged by: anchors, helping certificates, revocation lists, and the date. */
import { at, LabError } from '../../simulator/error.ts'
import { type Certificate, readCertificates } from '../../simulator/pki/certificate.ts'
import { type CertificateRevocationList, parseCrl } from '../../simulator/pki/crl.ts'
import { namesEqual } from '../../simulator/pki/name.ts'
import { type OcspResponse, parseOcspResponse } from '../../simulator/pki/ocsp.ts'
import { readBounded } from './bounded-file.ts'

const largestFile = 64 * 1024 * 1024

/** As OpenSSL's -CAfile: the self-issued ones are anchors, the others only help to build the path. */
export async function readTrust(
  cwd: string,
  files: readonly string[],
): Promise<{ anchors: Certificate[]; intermediates: Certificate[] }> {
  const anchors: Certificate[] = []
  const intermediates: Certificate[] = []
  for (const file of files) {
    const bytes = await readBounded(cwd, file, 'certificates', largestFile)
    const certificates = at(file, () => readCertificates(bytes))
    const roots = certificates.filter((each) => namesEqual(each.issuer, each.subject))
    if (roots.length === 0)
      throw new LabError('trust-without-root', `${file}: a root (self-issued) certificate wanted, none is in it`, {
        hint: `its certificates are issued by ${certificates[0]?.issuerText ?? 'others'}: add that root`,
      })
    anchors.push(...roots)
    intermediates.push(...certificates.filter((each) => !roots.includes(each)))
  }
  return { anchors, intermediates }
}

export async function readCrls(cwd: string, files: readonly string[]): Promise<CertificateRevocationList[]> {
  const lists: CertificateRevocationList[] = []
  for (const file of files) {
    const bytes = await readBounded(cwd, file, 'revocation list', largestFile)
    lists.push(at(file, () => parseCrl(bytes)))
  }
  return lists
}

export async function readOcspResponses(cwd: string, files: readonly string[]): Promise<OcspResponse[]> {
  const responses: OcspResponse[] = []
  for (const file of files) {
    const bytes = await readBounded(cwd, file, 'OCSP response', largestFile)
    responses.push(at(file, () => parseOcspResponse(bytes)))
  }
  return responses
}

/** First arc 0 to 2, below 0 and 1 at most 39 (X.660); no leading zeros. */
const oidForm = /^(?:[01]\.[1-3]?\d|2\.(?:0|[1-9]\d{0,9}))(?:\.(?:0|[1-9]\d{0,38})){0,30}$/

export function readPolicies(texts: readonly string[]): readonly string[] {
  const wrong = texts.find((each) => !oidForm.test(each))
  if (wrong !== undefined)
    throw new LabError('usage', `--policy wants an object identifier, got ${JSON.stringify(wrong.slice(0, 40))}`, {
      hint: 'write --policy 2.23.140.1.5.2.2, as certificates name it',
    })
  return texts
}

const dateForm = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/

/** A date (midnight UTC) or an instant with its zone: a time without one would mean another instant on each machine. */
export function readInstant(text: string): Date {
  const day = dateForm.exec(text)?.[1]
  const instant = new Date(text)
  // 2026-02-30 would roll over into March.
  if (day === undefined || Number.isNaN(instant.valueOf()) || !new Date(day).toJSON()?.startsWith(day))
    throw new LabError('usage', `--at wants a date, got ${JSON.stringify(text.slice(0, 40))}`, {
      hint: 'write 2026-03-14 or 2026-03-14T09:30:00Z',
    })
  return instant
}
