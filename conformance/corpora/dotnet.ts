/** Files made by Windows itself, from dotnet/runtime-assets: certificates alone, and one export with and without RC2. */
import { verify } from '../../simulator/smime/cms/index.ts'
import type { Case } from './case.ts'
import type { Corpus } from './corpus.ts'
import type { CorpusFolder } from './library.ts'
import { cmsOf, identityOf, showSigners } from './verdicts.ts'

const net = 'System.Net.TestData/TestData'
const x509 = 'System.Security.Cryptography.X509Certificates.TestData/TestData'

/** How many certificates each .p7b and .p7c holds. */
const bundles: Readonly<Record<string, number>> = {
  [`${net}/contoso.com.p7b`]: 2,
  [`${net}/testclient1_at_contoso.com.p7b`]: 2,
  [`${net}/testclienteku.contoso.com.p7b`]: 2,
  [`${net}/testnoeku.contoso.com.p7b`]: 2,
  [`${net}/testselfsignedclienteku.contoso.com.p7b`]: 1,
  [`${net}/testselfsignedservereku.contoso.com.p7b`]: 1,
  [`${net}/testservereku.contoso.com.p7b`]: 2,
  [`${x509}/certchain.p7b`]: 3,
  [`${x509}/certchain.p7c`]: 3,
  [`${x509}/empty.p7b`]: 0,
  [`${x509}/empty.p7c`]: 0,
  [`${x509}/singlecert.p7b`]: 1,
  [`${x509}/singlecert.p7c`]: 1,
}

/** With their passwords; null is the absent one. */
const twins: Readonly<Record<string, string | null>> = {
  [`${net}/testclienteku.contoso.com`]: 'testcertificate',
  [`${net}/testnoeku.contoso.com`]: 'testcertificate',
  [`${net}/testservereku.contoso.com`]: 'testcertificate',
  [`${x509}/DummyTcpServer`]: null,
  [`${x509}/My`]: '12345',
  [`${x509}/test`]: 'test',
}

export const dotnet: Corpus = {
  name: 'dotnet-runtime-assets',
  folder: 'dotnet-runtime-assets',
  least: 26,
  *cases(folder) {
    for (const [file, certificates] of Object.entries(bundles))
      yield {
        name: file,
        expected: `unsigned, certificates ${certificates}, CRLs 0`,
        run: () => showSigners(cmsOf(folder.read(file))),
      }
    for (const [name, password] of Object.entries(twins)) yield sameIdentity(folder, name, password)
    for (const name of Object.keys(bundles)
      .filter((each) => each.startsWith(net))
      .map((each) => each.slice(0, -4)))
      yield pfxAndBundle(folder, name)
  },
}

function sameIdentity(folder: CorpusFolder, name: string, password: string | null): Case {
  return {
    name: `${name}.pfx and .noRC2.pfx`,
    expected: 'the same identity',
    run: () => {
      const [one, other] = ['pfx', 'noRC2.pfx'].map((end) => identityOf(folder.read(`${name}.${end}`), password))
      const same =
        one?.certificate.sha256 === other?.certificate.sha256 &&
        one?.privateKey.equals(other?.privateKey ?? one.privateKey)
      return same ? 'the same identity' : 'two identities'
    },
  }
}

function pfxAndBundle(folder: CorpusFolder, name: string): Case {
  return {
    name: `${name}.pfx and .p7b`,
    expected: 'the certificate is in both',
    run: () => {
      const { certificate } = identityOf(folder.read(`${name}.pfx`), 'testcertificate')
      const { certificates } = verify(cmsOf(folder.read(`${name}.p7b`)))
      return certificates.some((each) => each.sha256 === certificate.sha256)
        ? 'the certificate is in both'
        : 'the certificate is in one only'
    },
  }
}
