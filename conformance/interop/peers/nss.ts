/** NSS `cmsutil`, the engine of Thunderbird. It takes bare CMS, picks the content cipher by itself, and has no options for more. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { carryEncrypted, carrySigned, uncarry } from '../carrier.ts'
import { demand, runCommand, tryCommand } from '../command.ts'
import type { SignedForm } from '../form.ts'
import { passphrase, writePemFiles, writePkcs12File } from '../identity-files.ts'
import { type MakeJob, type OpenJob, oneByOne, type Peer, PeerRefusal, type Workplace } from '../peer.ts'
import { type Person, people, recipientOf, signerOf, type World } from '../world.ts'

export const nss: Peer = {
  name: 'nss',
  packages: ['libnss3-tools'],
  /** The tools don't tell; the library that they run on does. */
  async version(workplace) {
    const which = await tryCommand(workplace, 'which', ['cmsutil'])
    if (which?.code !== 0) return undefined
    const { stdout } = await runCommand(workplace, 'ldd', [which.stdout.toString().trim()])
    const library = /libnss3\.so => (\S+)/.exec(stdout.toString())?.[1]
    if (library === undefined) return undefined
    return /NSS (\d+\.[\d.]+\d)/.exec(await readFile(library, 'latin1'))?.[1]
  },
  async start(world, workplace) {
    const missing = await fillDatabase(world, workplace)
    return {
      make: (jobs) => oneByOne(jobs, (job) => make(world, workplace, missing, job)),
      open: (jobs) => oneByOne(jobs, (job) => open(world, workplace, missing, job)),
      stop: async () => {},
    }
  },
}

const database = ['-d', 'sql:.', '-f', 'passphrase']

/** People whom NSS does not let in, with what it says; the others can do their work all the same. */
type Missing = ReadonlyMap<Person, string>

async function fillDatabase(world: World, workplace: Workplace): Promise<Missing> {
  const { folder } = workplace
  const call = (command: string, args: readonly string[]) => demand(workplace, command, args, explain)
  await writeFile(join(folder, 'passphrase'), `${passphrase}\n`, { mode: 0o600 })
  await writePemFiles(world, folder)
  await call('certutil', ['-N', ...database])
  // Trust for mail only: the middle one of TLS, mail, code.
  await call('certutil', ['-A', ...database, '-n', 'root', '-t', ',C,', '-i', 'root.pem'])
  await call('certutil', ['-A', ...database, '-n', 'issuing', '-t', ',,', '-i', 'issuing.pem'])
  const missing = new Map<Person, string>()
  for (const person of people(world)) {
    const file = await writePkcs12File(person, folder, 'pbes2-aes-256')
    try {
      await call('pk12util', ['-i', file, '-d', 'sql:.', '-k', 'passphrase', '-W', passphrase])
    } catch (error) {
      if (!(error instanceof PeerRefusal)) throw error
      missing.set(person, `key not imported: ${error.message}`)
    }
  }
  return missing
}

function present(missing: Missing, person: Person): Person {
  const why = missing.get(person)
  if (why !== undefined) throw new PeerRefusal(why)
  return person
}

async function make(world: World, workplace: Workplace, missing: Missing, { form, entity }: MakeJob): Promise<Buffer> {
  await writeFile(join(workplace.folder, 'in'), entity)
  if (form.kind === 'signed') return carrySigned(form, entity, await sign(world, workplace, missing, form))
  const { friendlyName } = present(missing, recipientOf(world, form))
  await cmsutil(workplace, ['-E', '-r', friendlyName, '-i', 'in', '-o', 'out'])
  return carryEncrypted(await readFile(join(workplace.folder, 'out')))
}

async function sign(world: World, workplace: Workplace, missing: Missing, form: SignedForm): Promise<Buffer> {
  const { friendlyName } = present(missing, signerOf(world, form))
  const digest = /sha\d+$/.exec(form.signature)?.[0] ?? 'sha512'
  // -Y NONE: the signing certificate may not encrypt, so it is no preference for replies.
  const args = ['-S', '-N', friendlyName, '-H', digest.toUpperCase(), '-G', '-P', '-Y', 'NONE', '-i', 'in', '-o', 'out']
  await cmsutil(workplace, form.shape === 'clear' ? [...args, '-T'] : args)
  return readFile(join(workplace.folder, 'out'))
}

async function open(world: World, workplace: Workplace, missing: Missing, { form, message }: OpenJob): Promise<Buffer> {
  const { folder } = workplace
  const { cms, covered } = uncarry(message)
  await writeFile(join(folder, 'in'), cms)
  if (form.kind === 'encrypted') {
    present(missing, recipientOf(world, form))
    await cmsutil(workplace, ['-D', '-i', 'in', '-o', 'out'])
    return readFile(join(folder, 'out'))
  }
  if (covered !== undefined) await writeFile(join(folder, 'covered'), covered)
  // The exit code says nothing of the signature; -h 0 does, in lines in front of the content.
  await cmsutil(workplace, ['-D', '-h', '0', '-i', 'in', '-o', 'out', ...(covered === undefined ? [] : ['-c', 'covered'])])
  const written = (await readFile(join(folder, 'out'))).toString('latin1')
  const head = /^SMIME:.*\n(?:\t.*\n)*/.exec(written)?.[0] ?? ''
  const states = [...head.matchAll(/signer\d+\.status=(\w+)/g)].map(([, state]) => state)
  if (states.length !== 1 || states[0] !== 'GoodSignature')
    throw new PeerRefusal(`signature: ${states.join(', ') || 'none told'}`)
  return Buffer.from(written.slice(head.length), 'latin1')
}

async function cmsutil(workplace: Workplace, args: readonly string[]): Promise<void> {
  await demand(workplace, 'cmsutil', [...args, ...database], explain)
}

/** `cmsutil: failed to decode message: SEC_ERROR_X: Some text.`: the code is what stays the same over versions. */
function explain(stderr: string): string {
  const codes = [...new Set(stderr.match(/\bSEC_ERROR_\w+|\bSSL_ERROR_\w+/g))]
  return codes.length > 0 ? codes.join(', ') : (stderr.trim().split('\n').at(-1) ?? '')
}
