/** A detached signature in a file of its own (.p7s), and what it signs in another (RFC 5652 5.2). */
import { LabError } from '../../simulator/error.ts'
import type { OpenedMessage, TrustSettings } from '../../simulator/smime/index.ts'
import { verifyDetached } from '../../simulator/smime/layer.ts'
import { judgeSignature } from '../../simulator/smime/signature-report.ts'
import { malformed } from './malformed.ts'

/** Never throws for what is in the files: what can't be read as a signature ends closed, with cause 'malformed'. */
export function openDetached(signature: Buffer, content: Buffer, trust: TrustSettings): OpenedMessage {
  try {
    const { result, covered } = verifyDetached(signature, content)
    const report = judgeSignature({ read: result }, { kind: 'no-message' }, trust)
    const algorithms = result.signers.flatMap((each) => [each.digestAlgorithm, each.signatureAlgorithm])
    return {
      outcome: 'clear',
      layers: [{ kind: 'signed-detached', algorithms, signature: report }],
      recipients: [],
      signature: report,
      content: { mediaType: 'application/octet-stream', bytes: covered },
      headers: { to: [], cc: [] },
    }
  } catch (error) {
    if (error instanceof LabError) return malformed(`a detached signature wanted: ${error.message}`)
    throw error
  }
}
