/** NSS `cmsutil`, the engine of Thunderbird. It takes bare CMS, and picks cipher and key management by itself. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { carryEncrypted, carrySigned, uncarry } from '../carrier.ts'
import { demand, layOut, runCommand, takeOutput, tryCommand } from '../command.ts'
import { digestOf, type SignedForm } from '../form.ts'
import { passphrase, writePemFiles, writePkcs12File } from '../identity-files.ts'
import { ImportedKeys } from '../imported-keys.ts'
import { type MakeJob, type OpenJob, oneByOne, type Peer, PeerRefusal, type Workplace } from '../peer.ts'
import { people, recipientOf, signerOf, type World } from '../world.ts'

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
    const store = { world, workplace, keys: await fillDatabase(world, workplace) }
    return {
      make: (jobs) => oneByOne(jobs, (job) => make(store, job)),
      open: (jobs) => oneByOne(jobs, (job) => open(store, job)),
      stop: async () => {},
    }
  },
}

interface Store {
  readonly world: World
  readonly workplace: Workplace
  readonly keys: ImportedKeys
}

const database = ['-d', 'sql:.', '-f', 'passphrase']

async function fillDatabase(world: World, workplace: Workplace): Promise<ImportedKeys> {
  const { folder } = workplace
  const call = (command: string, args: readonly string[]) => demand(workplace, command, args, explain)
  await writeFile(join(folder, 'passphrase'), `${passphrase}\n`, { mode: 0o600 })
  await writePemFiles(world, folder)
  await call('certutil', ['-N', ...database])
  // Trust for mail only: the middle one of TLS, mail, code.
  await call('certutil', ['-A', ...database, '-n', 'root', '-t', ',C,', '-i', 'root.pem'])
  await call('certutil', ['-A', ...database, '-n', 'issuing', '-t', ',,', '-i', 'issuing.pem'])
  return ImportedKeys.of(people(world), async (person) => {
    const file = await writePkcs12File(person, folder, 'pbes2-aes-256')
    await call('pk12util', ['-i', file, '-d', 'sql:.', '-k', 'passphrase', '-W', passphrase])
  })
}

async function make(store: Store, { form, entity }: MakeJob): Promise<Buffer> {
  const { world, workplace, keys } = store
  await layOut(workplace, entity)
  if (form.kind === 'signed') return carrySigned(form, entity, await sign(store, form))
  const { friendlyName } = keys.holder(recipientOf(world, form))
  return carryEncrypted(await cmsutil(workplace, ['-E', '-r', friendlyName]))
}

function sign({ world, workplace, keys }: Store, form: SignedForm): Promise<Buffer> {
  const { friendlyName } = keys.holder(signerOf(world, form))
  const detached = form.shape === 'clear' ? ['-T'] : []
  // -Y NONE: the signing certificate may not encrypt, so it is no preference for replies.
  const attributes = ['-G', '-P', '-Y', 'NONE']
  return cmsutil(workplace, [
    ...['-S', '-N', friendlyName, '-H', digestOf(form).toUpperCase()],
    ...attributes,
    ...detached,
  ])
}

async function open({ world, workplace, keys }: Store, { form, message }: OpenJob): Promise<Buffer> {
  const { cms, covered } = uncarry(message)
  await layOut(workplace, cms)
  if (form.kind === 'encrypted') {
    keys.holder(recipientOf(world, form))
    return cmsutil(workplace, ['-D'])
  }
  if (covered !== undefined) await writeFile(join(workplace.folder, 'covered'), covered)
  const detached = covered === undefined ? [] : ['-c', 'covered']
  // The exit code says nothing of the signature; -h 0 does, in lines in front of the content.
  const written = (await cmsutil(workplace, ['-D', '-h', '0', ...detached])).toString('latin1')
  const head = /^SMIME:.*\n(?:\t.*\n)*/.exec(written)?.[0] ?? ''
  const states = [...head.matchAll(/signer\d+\.status=(\w+)/g)].map(([, state]) => state)
  if (states.length !== 1 || states[0] !== 'GoodSignature')
    throw new PeerRefusal(`signature: ${states.join(', ') || 'none told'}`)
  return Buffer.from(written.slice(head.length), 'latin1')
}

async function cmsutil(workplace: Workplace, args: readonly string[]): Promise<Buffer> {
  await demand(workplace, 'cmsutil', [...args, ...database, '-i', 'in', '-o', 'out'], explain)
  return takeOutput(workplace)
}

/** `cmsutil: failed to decode message: SEC_ERROR_X: Some text.`: the code is what stays the same over versions. */
function explain(stderr: string): string {
  const codes = [...new Set(stderr.match(/\bSEC_ERROR_\w+/g))]
  return codes.length > 0 ? codes.join(', ') : (stderr.trim().split('\n').at(-1) ?? '')
}
