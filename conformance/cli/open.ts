/** `smimelab open`: what one holder of keys can read of some messages, and what their signatures are worth. */
import { LabError } from '../../simulator/error.ts'
import type { Verb } from './verb.ts'

export const openVerb: Verb = {
  name: 'open',
  summary: 'open messages with given identities, and say what opened them or why nothing did',
  usage: 'open MESSAGE... [--identity FILE]... [--password SOURCE]... [--trust FILE]... [options]',
  description: [
    'Exit code 0: every message opened or was never encrypted, and no signature is bad (a message may be unsigned). 1: a message stayed closed, or a signature is invalid or untrusted. 2: a file could not be read or written; the other messages are opened all the same.',
  ],
  options: [
    {
      name: 'identity',
      value: 'FILE',
      repeatable: true,
      summary: 'certificates and private keys: PKCS#12, or PEM with both',
    },
    {
      name: 'password',
      value: 'SOURCE',
      repeatable: true,
      summary:
        'of the identities: env:NAME, file:PATH (first line) or pass:TEXT (which other users of the machine can see); tried in the order given on every identity',
    },
    {
      name: 'trust',
      value: 'FILE',
      repeatable: true,
      summary:
        'root certificates to trust, PEM or DER; certificates in it that are not self-issued only help to build the path',
    },
    { name: 'crl', value: 'FILE', repeatable: true, summary: 'certificate revocation list, PEM or DER' },
    {
      name: 'at',
      value: 'DATE',
      summary: 'judge signatures as of 2026-03-14 or 2026-03-14T09:30:00Z, not as of now',
    },
    { name: 'out', value: 'DIR', summary: 'write what was inside to DIR/<name>.opened.eml; never overwrites' },
    { name: 'json', summary: 'one JSON document on stdout (schema: reports/schema/open.schema.json)' },
  ],
  examples: [
    {
      command: 'smimelab open mail/2021-12-01.eml --identity alva-2021.pfx --password env:PFX_PASSWORD',
      purpose: 'Does the key of 2021 still open the mail of 2021?',
    },
    {
      command:
        "smimelab open mail/*.eml --identity alva.pem --trust root.pem --json |\n    jq -r '.messages[] | [.file, .outcome, .cause, .signature.status] | @tsv'",
      purpose: 'Which messages of an archive stay closed, and why?',
    },
  ],
  async run(context) {
    if (context.args.positionals.length === 0)
      throw new LabError('usage', 'a MESSAGE wanted: the file of a message (RFC 5322, .eml)', {
        hint: 'smimelab open MESSAGE... --identity FILE; see: smimelab open --help',
      })
    const { openFiles } = await import('../open/open-files.ts')
    return await openFiles(context)
  },
}
