/** `smimelab lint-cert`: whether certificates are as the S/MIME Baseline Requirements and the RFCs want them. */
import { LabError } from '../../simulator/error.ts'
import type { Verb } from './verb.ts'

export const lintCertVerb: Verb = {
  name: 'lint-cert',
  summary: 'check certificates against the S/MIME Baseline Requirements, RFC 8550 and RFC 5280',
  usage: 'lint-cert FILE... [--public] [--json]',
  description: [
    'FILE holds certificates, PEM (one or several) or DER. The Baseline Requirements of the CA/Browser Forum bind publicly trusted authorities: they are checked where a certificate claims them by a reserved policy (2.23.140.1.5.x.y), from the day on that each was in force when the certificate was issued. What RFC 8550 and RFC 5280 ask is checked on every certificate.',
    'Signatures and chains are not checked here: see smimelab open.',
    'Exit code 0: no error (there may be warnings and notices). 1: an error. 2: a file could not be read; the others are checked all the same.',
  ],
  options: [
    {
      name: 'public',
      summary: 'the authority is publicly trusted: a certificate for mail that claims no reserved policy is at fault',
    },
    { name: 'json', summary: 'one JSON document on stdout (schema: reports/schema/lint.schema.json)' },
  ],
  examples: [
    {
      command: 'smimelab lint-cert alva.crt',
      purpose: 'Is this certificate fit for mail?',
    },
    {
      command:
        "smimelab lint-cert --json issued/*.pem |\n    jq -r '.certificates[] | .file as $f | .findings[] | [$f, .level, .id, .message] | @tsv'",
      purpose: 'What is wrong with the certificates that an authority issued?',
    },
  ],
  async run(context) {
    if (context.args.positionals.length === 0)
      throw new LabError('usage', 'a FILE wanted: certificates in PEM or DER', {
        hint: 'smimelab lint-cert FILE...; see: smimelab lint-cert --help',
      })
    const { lintFiles } = await import('../lint/lint-files.ts')
    return await lintFiles(context)
  },
}
