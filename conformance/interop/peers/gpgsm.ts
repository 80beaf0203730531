/** GnuPG's `gpgsm`, the engine of KMail and Mutt. It takes bare CMS; keys live in an agent of its own, stopped at the end. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { carryEncrypted, carrySigned, uncarry } from '../carrier.ts'
import { demand, howItEnded, type Ran, runCommand, tryCommand } from '../command.ts'
import type { CipherName, SignedForm } from '../form.ts'
import { passphrase, writePemFiles, writePkcs12File } from '../identity-files.ts'
import { type MakeJob, type OpenJob, oneByOne, type Peer, PeerRefusal, type Workplace } from '../peer.ts'
import { type Person, people, recipientOf, signerOf, type World } from '../world.ts'

export const gpgsm: Peer = {
  name: 'gpgsm',
  packages: ['gpgsm', 'gpg-agent'],
  async version(workplace) {
    const ran = await tryCommand(workplace, 'gpgsm', ['--version'])
    return /^gpgsm .*?(\d+\.[\d.]+\d)/.exec(ran?.stdout.toString() ?? '')?.[1]
  },
  async start(world, workplace) {
    const missing = await fillHome(world, workplace)
    return {
      make: (jobs) => oneByOne(jobs, (job) => make(world, workplace, missing, job)),
      open: (jobs) => oneByOne(jobs, (job) => open(world, workplace, missing, job)),
      stop: async () => {
        await runCommand(workplace, 'gpgconf', ['--homedir', homeOf(workplace), '--kill', 'gpg-agent'])
      },
    }
  },
}

type Missing = ReadonlyMap<Person, string>

const homeOf = ({ folder }: Workplace): string => join(folder, 'home')

const home = (workplace: Workplace): string[] => ['--homedir', homeOf(workplace), '--batch', '--no-tty']

/** Secret keys need their passphrase from standard input. */
const unlocking = ['--pinentry-mode', 'loopback', '--passphrase-fd', '0']

async function fillHome(world: World, workplace: Workplace): Promise<Missing> {
  const { folder } = workplace
  await mkdir(join(homeOf(workplace), 'private-keys-v1.d'), { recursive: true, mode: 0o700 })
  const write = (name: string, lines: readonly string[]) => writeFile(join(homeOf(workplace), name), `${lines.join('\n')}\n`)
  await write('gpg-agent.conf', ['allow-loopback-pinentry'])
  await write('gpgsm.conf', ['disable-crl-checks', 'disable-policy-checks', 'no-common-certs-import', 'disable-dirmngr'])
  await write('trustlist.txt', [`${world.root.sha1.toUpperCase()} S relax`])
  await writePemFiles(world, folder)
  const certificates = ['root', 'issuing', ...people(world).map((each) => each.friendlyName)]
  for (const name of certificates)
    await demand(workplace, 'gpgsm', [...home(workplace), '--import', `${name}.pem`], explain)
  const missing = new Map<Person, string>()
  for (const person of people(world)) {
    const refusal = await importKey(person, workplace)
    if (refusal !== undefined) missing.set(person, refusal)
  }
  return missing
}

/**
 * Version 2.2 reads the old PKCS#12 protection only, and about one file in twelve not at all, depending on the salts:
 * another salt, another try.
 */
async function importKey(person: Person, workplace: Workplace): Promise<string | undefined> {
  let refusal: string | undefined
  for (let attempt = 0; attempt < 4; attempt++) {
    const file = await writePkcs12File(person, workplace.folder, 'pbe-sha1-3des')
    const ran = await runCommand(workplace, 'gpgsm', [...home(workplace), ...unlocking, '--import', file], passphrase)
    if (ran.code === 0) return undefined
    refusal = `key not imported: ${howItEnded('gpgsm', ran)}: ${explain(ran.stderr)}`
    if (ran.signal !== undefined) break
  }
  return refusal
}

function present(missing: Missing, person: Person): Person {
  const why = missing.get(person)
  if (why !== undefined) throw new PeerRefusal(why)
  return person
}

/** By fingerprint: two certificates for one mailbox would be "ambiguous". */
const user = (person: Person): string => `0x${person.certificate.sha1.toUpperCase()}`

async function make(world: World, workplace: Workplace, missing: Missing, { form, entity }: MakeJob): Promise<Buffer> {
  await writeFile(join(workplace.folder, 'in'), entity)
  if (form.kind === 'signed') return carrySigned(form, entity, await sign(world, workplace, missing, form))
  const to = ['--recipient', user(recipientOf(world, form)), '--cipher-algo', cipherNames[form.cipher]]
  return carryEncrypted(await output(workplace, [...to, '--encrypt', 'in']))
}

/** As libgcrypt calls them; it has no name for modes, which gpgsm doesn't let choose. */
const cipherNames: Readonly<Record<CipherName, string>> = {
  'aes-128-cbc': 'AES128',
  'aes-256-cbc': 'AES256',
  'des-ede3-cbc': '3DES',
  'aes-128-gcm': 'AES128',
  'aes-256-gcm': 'AES256',
  'chacha20-poly1305': 'CHACHA20',
}

function sign(world: World, workplace: Workplace, missing: Missing, form: SignedForm): Promise<Buffer> {
  const signer = present(missing, signerOf(world, form))
  const digest = /sha\d+$/.exec(form.signature)?.[0] ?? 'sha512'
  const args = ['--local-user', user(signer), '--digest-algo', digest.toUpperCase()]
  return output(workplace, [...args, form.shape === 'clear' ? '--detach-sign' : '--sign', 'in'])
}

async function open(world: World, workplace: Workplace, missing: Missing, { form, message }: OpenJob): Promise<Buffer> {
  const { folder } = workplace
  const { cms, covered } = uncarry(message)
  await writeFile(join(folder, 'in'), cms)
  if (form.kind === 'encrypted') {
    present(missing, recipientOf(world, form))
    return output(workplace, ['--decrypt', 'in'])
  }
  if (covered !== undefined) await writeFile(join(folder, 'covered'), covered)
  const files = covered === undefined ? ['--output', 'out', '--verify', 'in'] : ['--verify', 'in', 'covered']
  const ran = await runCommand(workplace, 'gpgsm', [...home(workplace), '--yes', '--status-fd', '1', ...files])
  const status = [...ran.stdout.toString().matchAll(/^\[GNUPG:\] (\w+)/gm)].map(([, word]) => word)
  if (ran.code !== 0 || !status.includes('GOODSIG') || !status.includes('TRUST_FULLY')) throw refusal(ran, status)
  return covered ?? readFile(join(folder, 'out'))
}

function refusal(ran: Ran, status: readonly (string | undefined)[]): PeerRefusal {
  const telling = status.filter((word) => /SIG|TRUST|ERROR/.test(word ?? '') && word !== 'NEWSIG')
  return new PeerRefusal(`${howItEnded('gpgsm', ran)}: ${telling.join(', ')}: ${explain(ran.stderr)}`)
}

async function output(workplace: Workplace, args: readonly string[]): Promise<Buffer> {
  const all = [...home(workplace), ...unlocking, '--yes', '--output', 'out', ...args]
  await demand(workplace, 'gpgsm', all, explain, passphrase)
  return readFile(join(workplace.folder, 'out'))
}

/** `gpgsm: what failed: why <Source>`, the last that isn't chatter. */
function explain(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /error|fail|not|unsupported|invalid|bad|ABORT|free\(\)/i.test(line))
  return lines.map((line) => line.replace(/^gpgsm: /, '').trim()).slice(-2).join('; ')
}
