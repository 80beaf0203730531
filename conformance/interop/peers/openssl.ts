/** `openssl cms`: reads and writes whole S/MIME entities. */
import { canonicalise } from '../../../simulator/smime/mime/canonical.ts'
import { demand, layOut, takeOutput, tryCommand } from '../command.ts'
import { digestOf, type EncryptedForm, type SignedForm } from '../form.ts'
import { writePemFiles } from '../identity-files.ts'
import { oneByOne, type Peer, type Workplace } from '../peer.ts'
import { recipientOf, signerOf, type World } from '../world.ts'

export const openssl: Peer = {
  name: 'openssl',
  packages: ['openssl'],
  async version(workplace) {
    const ran = await tryCommand(workplace, 'openssl', ['version'])
    return ran?.stdout.toString().split(' ')[1]
  },
  async start(world, workplace) {
    await writePemFiles(world, workplace.folder)
    return {
      make: (jobs) =>
        oneByOne(jobs, async ({ form, entity }) => {
          const args = form.kind === 'signed' ? signing(world, form) : encrypting(world, form)
          return asEntity(await cms(workplace, args, entity))
        }),
      open: (jobs) =>
        oneByOne(jobs, async ({ form, message }) => {
          const args = form.kind === 'signed' ? ['-verify', '-CAfile', 'root.pem'] : decrypting(world, form)
          return cms(workplace, args, message)
        }),
      stop: async () => {},
    }
  },
}

async function cms(workplace: Workplace, args: readonly string[], input: Buffer): Promise<Buffer> {
  await layOut(workplace, input)
  await demand(workplace, 'openssl', ['cms', ...args, '-in', 'in', '-out', 'out'], explain)
  return takeOutput(workplace)
}

function signing(world: World, form: SignedForm): string[] {
  const { friendlyName } = signerOf(world, form)
  const { signature, shape } = form
  return [
    ...['-sign', '-signer', `${friendlyName}.pem`, '-inkey', `${friendlyName}.key`, '-certfile', 'issuing.pem'],
    ...(signature.startsWith('rsa-pss') ? ['-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:-1'] : []),
    ...['-md', digestOf(form)],
    ...(shape === 'opaque' ? ['-nodetach'] : []),
  ]
}

function encrypting(world: World, form: EncryptedForm): string[] {
  const { cipher, keyManagement, recipientId } = form
  return [
    ...['-encrypt', cipher === 'des-ede3-cbc' ? '-des3' : `-${cipher}`],
    ...(recipientId === 'key-identifier' ? ['-keyid'] : []),
    ...['-recip', `${recipientOf(world, form).friendlyName}.pem`],
    ...keyOptions(keyManagement).flatMap((each) => ['-keyopt', each]),
  ]
}

function keyOptions(keyManagement: string): string[] {
  const oaep = /^rsa-oaep-(sha\d+)(?:-mgf1-(sha\d+))?$/.exec(keyManagement)
  if (oaep !== null) return ['rsa_padding_mode:oaep', `rsa_oaep_md:${oaep[1]}`, `rsa_mgf1_md:${oaep[2] ?? oaep[1]}`]
  const kdf = /^ecdh-.*-(sha\d+)kdf$/.exec(keyManagement)
  return kdf === null ? [] : [`ecdh_kdf_md:${kdf[1]}`]
}

/** Always with -recip: without it a wrong key gives garbage and exit code 0, once in 256 times. */
function decrypting(world: World, form: EncryptedForm): string[] {
  const { friendlyName } = recipientOf(world, form)
  return ['-decrypt', '-recip', `${friendlyName}.pem`, '-inkey', `${friendlyName}.key`]
}

/** openssl writes line feeds, and a MIME-Version that stands with the message's own fields. */
function asEntity(written: Buffer): Buffer {
  return Buffer.from(
    canonicalise(written)
      .toString('latin1')
      .replace(/^MIME-Version: 1\.0\r\n/, ''),
    'latin1',
  )
}

/** `…:error:1700006B:CMS routines:function:reason:file:line:data`: the reasons, without addresses and line numbers. */
function explain(stderr: string): string {
  const reasons = [...stderr.matchAll(/:error:[0-9A-F]+:[^:]*:[^:]*:([^:]*):[^:]*:\d+:(.*)/g)]
  const told = reasons.map(([, reason, data]) => (data === '' ? reason : `${reason} (${data})`))
  return told.length > 0 ? told.join('; ') : (stderr.trim().split('\n').at(-1) ?? '')
}
