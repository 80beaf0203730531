/** GnuPG's `gpgsm`, the engine of KMail and Mutt. It takes bare CMS; keys live in an agent of its own, stopped at the end. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { carryEncrypted, carrySigned, uncarry } from '../carrier.ts'
import { demand, howItEnded, layOut, runCommand, takeOutput, tryCommand } from '../command.ts'
import { type CipherName, digestOf, type SignedForm } from '../form.ts'
import { passphrase, writePemFiles, writePkcs12File } from '../identity-files.ts'
import { ImportedKeys } from '../imported-keys.ts'
import { type MakeJob, type OpenJob, oneByOne, type Peer, PeerRefusal, type Workplace } from '../peer.ts'
import { type Person, people, recipientOf, signerOf, type World } from '../world.ts'

export const gpgsm: Peer = {
  name: 'gpgsm',
  packages: ['gpgsm', 'gpg-agent'],
  async version(workplace) {
    const ran = await tryCommand(workplace, 'gpgsm', ['--version'])
    // Without its agent it has no keys.
    if ((await tryCommand(workplace, 'gpg-agent', ['--version'])) === undefined) return undefined
    return /^gpgsm .*?(\d+\.[\d.]+\d)/.exec(ran?.stdout.toString() ?? '')?.[1]
  },
  async start(world, workplace) {
    const store = { world, workplace, keys: await fillHome(world, workplace) }
    return {
      make: (jobs) => oneByOne(jobs, (job) => make(store, job)),
      open: (jobs) => oneByOne(jobs, (job) => open(store, job)),
      stop: async () => {
        await runCommand(workplace, 'gpgconf', ['--homedir', homeOf(workplace), '--kill', 'gpg-agent'])
      },
    }
  },
}

interface Store {
  readonly world: World
  readonly workplace: Workplace
  readonly keys: ImportedKeys
}

const homeOf = ({ folder }: Workplace): string => join(folder, 'home')

const home = (workplace: Workplace): string[] => ['--homedir', homeOf(workplace), '--batch', '--no-tty']

/** Secret keys need their passphrase from standard input. */
const unlocking = ['--pinentry-mode', 'loopback', '--passphrase-fd', '0']

async function fillHome(world: World, workplace: Workplace): Promise<ImportedKeys> {
  const folder = homeOf(workplace)
  await mkdir(join(folder, 'private-keys-v1.d'), { recursive: true, mode: 0o700 })
  const write = (name: string, lines: readonly string[]) => writeFile(join(folder, name), `${lines.join('\n')}\n`)
  await write('gpg-agent.conf', ['allow-loopback-pinentry'])
  await write('gpgsm.conf', [
    'disable-crl-checks',
    'disable-policy-checks',
    'no-common-certs-import',
    'disable-dirmngr',
  ])
  await write('trustlist.txt', [`${world.root.sha1.toUpperCase()} S relax`])
  await writePemFiles(world, workplace.folder)
  const everybody = people(world)
  for (const name of ['root', 'issuing', ...everybody.map((each) => each.friendlyName)])
    await demand(workplace, 'gpgsm', [...home(workplace), '--import', `${name}.pem`], explain)
  return ImportedKeys.of(everybody, (person) => importKey(person, workplace))
}

/**
 * Version 2.2 reads the old PKCS#12 protection only, and fails on about one import in eight, at random: the same file is
 * read the next time.
 */
async function importKey(person: Person, workplace: Workplace): Promise<void> {
  for (let triesLeft = 3; ; triesLeft--) {
    const file = await writePkcs12File(person, workplace.folder, 'pbe-sha1-3des')
    const ran = await runCommand(workplace, 'gpgsm', [...home(workplace), ...unlocking, '--import', file], passphrase)
    if (ran.code === 0) return
    if (triesLeft === 0 || ran.signal !== undefined)
      throw new PeerRefusal(`${howItEnded('gpgsm', ran)}: ${explain(ran.stderr)}`)
  }
}

/** By fingerprint: two certificates for one mailbox would be "ambiguous". */
const user = (person: Person): string => `0x${person.certificate.sha1.toUpperCase()}`

/** As libgcrypt calls them; it has no name for modes, which gpgsm doesn't let choose. */
const cipherNames: Readonly<Record<CipherName, string>> = {
  'aes-128-cbc': 'AES128',
  'aes-256-cbc': 'AES256',
  'des-ede3-cbc': '3DES',
  'aes-128-gcm': 'AES128',
  'aes-256-gcm': 'AES256',
  'chacha20-poly1305': 'CHACHA20',
}

async function make(store: Store, { form, entity }: MakeJob): Promise<Buffer> {
  const { world, workplace } = store
  await layOut(workplace, entity)
  if (form.kind === 'signed') return carrySigned(form, entity, await sign(store, form))
  const to = ['--recipient', user(recipientOf(world, form)), '--cipher-algo', cipherNames[form.cipher]]
  return carryEncrypted(await convert(workplace, [...to, '--encrypt']))
}

function sign({ world, workplace, keys }: Store, form: SignedForm): Promise<Buffer> {
  const signer = keys.holder(signerOf(world, form))
  const args = ['--local-user', user(signer), '--digest-algo', digestOf(form).toUpperCase()]
  return convert(workplace, [...args, form.shape === 'clear' ? '--detach-sign' : '--sign'])
}

async function open({ world, workplace, keys }: Store, { form, message }: OpenJob): Promise<Buffer> {
  const { cms, covered } = uncarry(message)
  await layOut(workplace, cms)
  if (form.kind === 'encrypted') {
    keys.holder(recipientOf(world, form))
    return convert(workplace, ['--decrypt'])
  }
  if (covered === undefined) {
    await verify(workplace, ['--output', 'out', '--verify', 'in'])
    return takeOutput(workplace)
  }
  await writeFile(join(workplace.folder, 'covered'), covered)
  await verify(workplace, ['--verify', 'in', 'covered'])
  return covered
}

async function convert(workplace: Workplace, args: readonly string[]): Promise<Buffer> {
  await demand(
    workplace,
    'gpgsm',
    [...home(workplace), ...unlocking, '--output', 'out', ...args, 'in'],
    explain,
    passphrase,
  )
  return takeOutput(workplace)
}

/** Good, and by a certificate with a path to the root. */
async function verify(workplace: Workplace, args: readonly string[]): Promise<void> {
  const ran = await runCommand(workplace, 'gpgsm', [...home(workplace), '--status-fd', '1', ...args])
  const words = [...ran.stdout.toString().matchAll(/^\[GNUPG:\] (\w+)/gm)].map(([, word = '']) => word)
  if (ran.code === 0 && words.includes('GOODSIG') && words.includes('TRUST_FULLY')) return
  const telling = words.filter((word) => word !== 'NEWSIG' && /SIG|TRUST|ERROR/.test(word))
  throw new PeerRefusal(`${howItEnded('gpgsm', ran)}: ${telling.join(', ')}: ${explain(ran.stderr)}`)
}

/** `gpgsm: what failed: why <Source>`: the last two that tell of a failure. */
function explain(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /error|fail|not|unsupported|invalid|bad|free\(\)/i.test(line))
  return lines
    .map((line) => line.replace(/^gpgsm: /, '').trim())
    .slice(-2)
    .join('; ')
}
