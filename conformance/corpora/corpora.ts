/** All corpora that are run, and what is run elsewhere. */
import { LabError } from '../../simulator/error.ts'
import { asn1crypto, asn1cryptoEnveloped } from './asn1crypto.ts'
import { bcPostQuantum } from './bc-post-quantum.ts'
import { bcRfc4134 } from './bc-rfc4134.ts'
import { dotnet } from './dotnet.ts'
import { knownExceptions } from './known-exceptions.ts'
import { mimekitHierarchy } from './mimekit-hierarchy.ts'
import { mimekitMail } from './mimekit-mail.ts'
import { opensslCertificates } from './openssl-certificates.ts'
import { opensslCms } from './openssl-cms.ts'
import { oscrypto } from './oscrypto.ts'
import { pkcs12Zoo } from './pkcs12-zoo.ts'
import { pyca } from './pyca.ts'
import { rfc9216 } from './rfc9216.ts'
import { type CorporaPlan, isNamedBy } from './run-corpora.ts'
import { rustcryptoCms } from './rustcrypto-cms.ts'
import { rustcryptoPkcs12 } from './rustcrypto-pkcs12.ts'
import { wycheproof } from './wycheproof/index.ts'
import { zlint, zlintExceptions } from './zlint.ts'

export const plan: CorporaPlan = {
  corpora: [
    ...wycheproof,
    opensslCms,
    opensslCertificates,
    bcRfc4134,
    bcPostQuantum,
    rfc9216,
    pyca,
    rustcryptoCms,
    rustcryptoPkcs12,
    asn1crypto,
    asn1cryptoEnveloped,
    oscrypto,
    dotnet,
    mimekitHierarchy,
    mimekitMail,
    pkcs12Zoo,
    zlint,
  ],
  exceptions: [...knownExceptions, ...zlintExceptions],
  notRun: [{ folder: 'apple-device-management', reason: "belongs to the platforms' check" }],
}

/** Checks names from the command line. @throws LabError 'usage' */
export function chooseCorpora(names: readonly string[]): readonly string[] {
  const known = plan.corpora.map(({ name }) => name)
  const unknown = names.find((name) => !known.some((each) => isNamedBy(each, name)))
  if (unknown === undefined) return names
  throw new LabError('usage', `no corpus is called ${unknown}`, { hint: `one of: ${known.join(', ')}` })
}
