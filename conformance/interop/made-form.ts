/**
 * Which form a peer really made, read from its message: a command line that ignores an option, or an engine that picks
 * another algorithm, must not fill a row that it has not earned.
 */
import type { RecipientInfoView } from '../../simulator/smime/cms/index.ts'
import { type Layer, openMessage } from '../../simulator/smime/index.ts'
import { type Form, idOfEncrypted, idOfSigned, isProtected } from './form.ts'
import { signerOf, type World } from './world.ts'

/** Undefined where it is the form asked for; else what came instead. */
export function deviation(world: World, form: Form, message: Buffer): string | undefined {
  const opened = openMessage(message, { keys: [], trust: { anchors: [], at: world.at } })
  const [layer] = opened.layers
  if (layer === undefined) return 'made no S/MIME message'
  const made = form.kind === 'signed' ? signedAs(layer) : encryptedAs(layer, opened.recipients)
  const wanted = form.kind === 'signed' ? idOfSigned(withoutCurve(form.signature), form.shape) : form.id
  if (made !== wanted) return `made ${made} instead`
  if (form.kind === 'encrypted' && isProtected(form) !== (layer.kind === 'auth-enveloped'))
    return `made ${layer.kind} data with ${form.cipher}`
  if (form.kind !== 'signed') return undefined
  const { friendlyName, certificate } = signerOf(world, form)
  const signers = opened.signature.signers.map((each) => each.sha256)
  return signers.length === 1 && signers[0] === certificate.sha256
    ? undefined
    : `signed by another than ${friendlyName}`
}

/** A signature algorithm names its digest, not the curve: that is the certificate's. */
function withoutCurve(signature: string): string {
  return signature.replace(/-p\d+-/, '-')
}

function signedAs({ kind, algorithms }: Layer): string {
  return idOfSigned(algorithms.slice(1).join('+'), kind.replace('signed-', ''))
}

function encryptedAs({ algorithms }: Layer, recipients: readonly RecipientInfoView[]): string {
  return idOfEncrypted(
    algorithms[0] ?? 'nothing',
    recipients.map((each) => each.algorithm).join('+'),
    recipients.flatMap(({ ids }) => ids.map((id) => id.kind)).join('+'),
  )
}
