/** The identities as the peers take them: PEM for openssl, DER for Java, PKCS#12 for NSS and GnuPG. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { certificateToPem } from '../../simulator/pki/certificate.ts'
import { type WriteProtection, writePkcs12 } from '../../simulator/pki/pkcs12/index.ts'
import { type Person, people, type World } from './world.ts'

/** Of the PKCS#12 files and databases of one run, in a folder that goes with it. */
export const passphrase = 'interop'

/** root.pem, issuing.pem, and for each person NAME.pem and NAME.key, PKCS#8 in PEM. */
export async function writePemFiles(world: World, folder: string): Promise<void> {
  const write = (name: string, text: string | Buffer): Promise<void> =>
    writeFile(join(folder, name), text, { mode: 0o600 })
  await write('root.pem', certificateToPem(world.root))
  await write('issuing.pem', certificateToPem(world.issuing))
  for (const { friendlyName, certificate, privateKey } of people(world)) {
    await write(`${friendlyName}.pem`, certificateToPem(certificate))
    await write(`${friendlyName}.key`, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  }
}

/** A fresh salt each time. Returns the file's name. */
export async function writePkcs12File(person: Person, folder: string, protection: WriteProtection): Promise<string> {
  const name = `${person.friendlyName}.p12`
  const bytes = writePkcs12({ identities: [person], password: passphrase, protection })
  await writeFile(join(folder, name), bytes, { mode: 0o600 })
  return name
}
