/** `smimelab run`: installs, exchanges mail, sweeps the archive, under each policy; prints the matrix and writes the record. */
import type { ExitCode } from './exit-codes.ts'
import type { Verb, VerbContext } from './verb.ts'

export const runVerb: Verb = {
  name: 'run',
  summary: 'install what is delivered on every device, and try to open the archive',
  usage: 'run [--tenant DIR] [--policy POLICY]... [--out DIR] [--json]',
  description: [
    'Every device of the tenant installs the bytes that it would be delivered, signs, encrypts and sends mail over SMTP, then tries to open each archived message with every key that it holds.',
    'Exit code 0: all that a policy promises is kept (only `shared` promises that every device opens all mail addressed to its user), every device did what it acknowledged, and no second opinion differs.',
  ],
  options: [
    {
      name: 'tenant',
      value: 'DIR',
      summary: 'profiles, people, certificates and archive (default: the sample tenant)',
    },
    {
      name: 'policy',
      value: 'POLICY',
      repeatable: true,
      summary: 'per-device, shared or shared-newest-only (default: per-device and shared)',
    },
    { name: 'out', value: 'DIR', summary: 'where record.json and report.html go (default: out)' },
    { name: 'json', summary: 'print the record as JSON instead of the matrix' },
  ],
  examples: [
    { command: 'smimelab run', purpose: 'the sample tenant, per-device against shared certificates' },
    {
      command: 'smimelab run --tenant contoso --policy shared --policy shared-newest-only --out reports',
      purpose: 'a tenant of your own, under two ways to deliver the history',
    },
  ],
  run: async (context: VerbContext): Promise<ExitCode> => (await import('../run/run-policies.ts')).runPolicies(context),
}
