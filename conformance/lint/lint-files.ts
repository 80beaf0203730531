/** The work of `smimelab lint-cert`: reads the files, asks the lints, tells what they found. */
import type { LintDocument } from '../../reports/lint-document.ts'
import { at, LabError } from '../../simulator/error.ts'
import { readCertificates } from '../../simulator/pki/index.ts'
import { judgeCertificate } from '../../simulator/pki/lint/index.ts'
import { ExitCode } from '../cli/exit-codes.ts'
import { tellProblem } from '../cli/report-error.ts'
import type { VerbContext } from '../cli/verb.ts'
import { readBounded } from '../open/bounded-file.ts'
import { toLintedCertificate } from './lint-result.ts'
import { lintText } from './lint-text.ts'

/** Several times what the roots of a browser take. */
const largestFile = 4 * 1024 * 1024

export async function lintFiles({ args, cwd, stdout, stderr, colour }: VerbContext): Promise<ExitCode> {
  const publiclyTrusted = args.has('public')
  const document: LintDocument = { version: 1, certificates: [], problems: [] }
  for (const file of args.positionals) {
    try {
      const bytes = await readBounded(cwd, file, 'certificate', largestFile)
      for (const certificate of at(file, () => readCertificates(bytes)))
        document.certificates.push(toLintedCertificate(file, judgeCertificate(certificate, { publiclyTrusted })))
    } catch (error) {
      if (!(error instanceof LabError)) throw error
      document.problems.push({ file, code: error.code, message: error.message })
      tellProblem(error, stderr)
    }
  }
  stdout.write(
    args.has('json') ? `${JSON.stringify(document, null, 2)}\n` : lintText(document, { colour: colour.stdout }),
  )
  return exitCode(document)
}

function exitCode({ certificates, problems }: LintDocument): ExitCode {
  if (problems.length > 0) return ExitCode.Usage
  return certificates.some(({ counts }) => counts.error > 0) ? ExitCode.Failed : ExitCode.Ok
}
