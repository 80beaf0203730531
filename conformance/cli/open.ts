/** `smimelab open`: what one holder of keys can read of some messages, and what their signatures are worth. */
import process from 'node:process'
import { LabError } from '../../simulator/error.ts'
import type { Verb } from './verb.ts'

export const openVerb: Verb = {
  name: 'open',
  summary: 'open messages with given identities, and say what opened them or why nothing did',
  usage: 'open MESSAGE... [--identity FILE]... [--password SOURCE]... [--trust FILE]... [options]',
  description: [
    'MESSAGE is a message (.eml), CMS by itself (.p7m: DER, PEM or base64), an mbox file, a Maildir, a folder with any of these at any depth, or - for standard input. One message is told in detail, several in a line each. The third message of an mbox file is named file.mbox#3.',
    'Exit code 0: every message opened or was never encrypted, and no signature is bad (a message may be unsigned). 1: a message stayed closed, or a signature is invalid or untrusted. 2: a file could not be read or written; the other messages are opened all the same. 3: no message was found.',
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
    { name: 'ocsp', value: 'FILE', repeatable: true, summary: 'OCSP response, DER' },
    {
      name: 'no-revocation',
      summary: 'do not ask whether a certificate was revoked, whatever --crl and --ocsp say',
    },
    {
      name: 'policy',
      value: 'OID',
      repeatable: true,
      summary: 'certificate policy that a signer must have, by object identifier; one of those given is enough',
    },
    {
      name: 'at',
      value: 'DATE',
      summary:
        'judge signatures as of 2026-03-14 or 2026-03-14T09:30:00Z, not as of now; one that says it was made while its certificate was valid stays valid, with the note expired-since',
    },
    { name: 'content', value: 'FILE', summary: 'what MESSAGE, a detached signature (.p7s), was made over' },
    { name: 'out', value: 'DIR', summary: 'write what was inside to DIR/<name>.opened.eml; never overwrites' },
    { name: 'verbose', short: 'v', summary: 'every message in detail' },
    { name: 'json', summary: 'one JSON document on stdout (schema: reports/schema/open.schema.json)' },
  ],
  examples: [
    {
      command: 'smimelab open mail/2021-12-01.eml --identity alva-2021.pfx --password env:PFX_PASSWORD',
      purpose: 'Does the key of 2021 still open the mail of 2021?',
    },
    {
      command:
        "smimelab open archive.mbox ~/Maildir --identity alva.pem --trust root.pem --json |\n    jq -r '.messages[] | [.file, .outcome, .cause, .signature.status] | @tsv'",
      purpose: 'Which messages of an archive stay closed, and why?',
    },
  ],
  async run(context) {
    if (context.args.positionals.length === 0)
      throw new LabError('usage', 'a MESSAGE wanted: a file, a folder, or - for standard input', {
        hint: 'smimelab open MESSAGE... --identity FILE; see: smimelab open --help',
      })
    const { openFiles } = await import('../open/open-files.ts')
    return await openFiles(context, () => process.stdin)
  },
}
