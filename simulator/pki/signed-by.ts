/** Whether a certificate's key made a signature. Asked once for each pair: mail after mail brings the same ones. */
import { type Certificate, publicKeyOf } from './certificate.ts'
import { type SignatureVerdict, type SignedOctets, verifySignature } from './signature.ts'

const verdicts = new WeakMap<SignedOctets, WeakMap<Certificate, SignatureVerdict>>()

/** The verdict is kept as long as both live: a revocation list can be long, and is asked for every certificate under it. */
export function signatureBy(signed: SignedOctets, signer: Certificate): SignatureVerdict {
  const known = verdicts.get(signed) ?? new WeakMap<Certificate, SignatureVerdict>()
  verdicts.set(signed, known)
  const verdict = known.get(signer) ?? verifyWith(signed, signer)
  known.set(signer, verdict)
  return verdict
}

/** A key that node:crypto does not have is not a bad signature. */
function verifyWith(signed: SignedOctets, signer: Certificate): SignatureVerdict {
  try {
    return verifySignature(signed, publicKeyOf(signer))
  } catch {
    return 'unsupported'
  }
}
