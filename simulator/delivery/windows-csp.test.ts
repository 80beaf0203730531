import { expect, it } from 'vitest'
import type { SyncMlCommand } from './syncml.ts'
import { activeSyncAccount, intermediate, pfxInstall, trustedRoot } from './windows-csp.ts'

function lines(commands: readonly SyncMlCommand[]): string[] {
  return commands.flatMap((command) =>
    'commands' in command
      ? [command.name, ...lines(command.commands).map((each) => `  ${each}`)]
      : 'items' in command
        ? command.items.map(({ target, format, data }) =>
            [command.name, target, format, data].filter(Boolean).join(' '),
          )
        : [],
  )
}

const der = Buffer.alloc(100, 7)

it('puts a root and an intermediate under their SHA-1 for the whole device, base64 on one line', () => {
  const node = './Device/Vendor/MSFT/RootCATrustedCertificates'
  const hash = 'F0768288B8897F1BDF5334EAA4EFCEC854CBF9DE'
  expect(lines(trustedRoot(der))).toEqual([
    `Delete ${node}/Root/${hash}`,
    `Add ${node}/Root/${hash}/EncodedCertificate b64 ${der.toString('base64')}`,
  ])
  expect(lines(intermediate(der))[0]).toBe(`Delete ${node}/CA/${hash}`)
})

it('installs a PFX as Delete, then one Atomic with every parameter named', () => {
  const node = './User/Vendor/MSFT/ClientCertificateInstall/PFXCertInstall/alva%2F1'
  const request = {
    uniqueId: 'alva/1',
    pfx: Buffer.from('pfx'),
    password: 'x',
    keyLocation: 4,
    exportable: false,
  } as const
  expect(lines(pfxInstall({ ...request, containerName: 'hello' }))).toEqual([
    `Delete ${node}`,
    'Atomic',
    `  Add ${node}/KeyLocation int 4`,
    `  Add ${node}/ContainerName chr hello`,
    `  Add ${node}/PFXCertPassword chr x`,
    `  Add ${node}/PFXCertPasswordEncryptionType int 0`,
    `  Add ${node}/PFXKeyExportable bool false`,
    `  Add ${node}/PFXCertBlob chr cGZ4`,
  ])
  expect(() => pfxInstall({ ...request, uniqueId: '' })).toThrow(expect.objectContaining({ code: 'csp-argument' }))
})

it('names an account by its GUID in escaped braces', () => {
  const account = {
    guid: 'c556e16f-56c4-4edb-9c64-d9469ee1fbe0',
    address: 'a@example.com',
    host: 'h',
    userName: 'u',
    accountName: 'n',
  }
  expect(lines(activeSyncAccount(account))[0]).toBe(
    'Delete ./User/Vendor/MSFT/ActiveSync/Accounts/%7BC556E16F-56C4-4EDB-9C64-D9469EE1FBE0%7D',
  )
  expect(() => activeSyncAccount({ ...account, guid: '{1}' })).toThrow(
    expect.objectContaining({ code: 'csp-argument' }),
  )
})
