/** Our own engine, held to the same rows as everybody. */
import { LabError } from '../../../simulator/error.ts'
import type { KeyTransport } from '../../../simulator/smime/index.ts'
import { encryptEntity, openMessage, signEntity } from '../../../simulator/smime/index.ts'
import { digestOf, type EncryptedForm, type SignedForm } from '../form.ts'
import { type MakeJob, type OpenJob, oneByOne, type Peer, PeerRefusal } from '../peer.ts'
import { people, recipientOf, signerOf, type World } from '../world.ts'

export const smimelab: Peer = {
  name: 'smimelab',
  packages: [],
  version: async () => 'working tree',
  start: async (world) => ({
    make: (jobs) => oneByOne(jobs, async (job) => refusing(() => make(world, job))),
    open: (jobs) => oneByOne(jobs, async (job) => open(world, job)),
    stop: async () => {},
  }),
}

function refusing<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof LabError) throw new PeerRefusal(`${error.code}: ${error.message}`)
    throw error
  }
}

function make(world: World, { form, entity }: MakeJob): Buffer {
  return form.kind === 'signed' ? sign(world, form, entity) : encrypt(world, form, entity)
}

function sign(world: World, form: SignedForm, entity: Buffer): Buffer {
  return signEntity(entity, {
    signer: signerOf(world, form),
    certificates: [world.issuing],
    form: form.shape,
    signingTime: world.at,
    digest: digestOf(form),
    pss: form.signature.startsWith('rsa-pss'),
  })
}

function encrypt(world: World, form: EncryptedForm, entity: Buffer): Buffer {
  const { cipher, keyManagement, recipientId } = form
  // The one form that has no name in our engine: it opens what Java sends so, and does not send it.
  if (keyManagement === 'rsa-oaep-sha256-mgf1-sha1') throw new PeerRefusal('OAEP is sent with one hash for both uses')
  const how = keyManagement.startsWith('rsa')
    ? { keyTransport: keyManagement as KeyTransport }
    : { kdfHash: keyManagement.includes('sha1') ? ('sha1' as const) : ('sha256' as const) }
  const recipients = [recipientOf(world, form).certificate]
  return encryptEntity(entity, { recipients, contentCipher: cipher, recipientId, ...how })
}

function open(world: World, { form, message }: OpenJob): Buffer {
  const {
    outcome,
    cause,
    message: why,
    content,
    signature,
  } = openMessage(message, {
    keys: people(world),
    trust: { anchors: [world.root], at: world.at },
  })
  if (outcome === 'closed') throw new PeerRefusal(`${cause}: ${why}`)
  if (form.kind === 'signed' && signature.status !== 'valid') {
    const reasons = signature.signers.flatMap((signer) => signer.reasons.map((reason) => reason.code))
    throw new PeerRefusal(`signature ${signature.status}: ${reasons.join(', ')}`)
  }
  if (content === undefined) throw new PeerRefusal('no content inside')
  return content.bytes
}
