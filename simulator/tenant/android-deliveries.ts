/** What an Android phone's management agent gets: everything in one bundle. */
import { encodeAndroidAgentBundle } from '../delivery/android-agent.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { certificateToPem } from '../pki/certificate.ts'
import { identityName } from './delivery-name.ts'
import type { Entitlement } from './entitlement.ts'
import type { Sender } from './sender.ts'

/** A userless phone without trusted certificates gets nothing, not an empty bundle. */
export function androidDeliveries({ device, trusted, identities, apps }: Entitlement, sender: Sender): Delivery[] {
  if (trusted.length + identities.length + apps.length === 0) return []
  const managedApps = [...new Set(apps.map(({ profile }) => profile.packageName))]
  const bytes = encodeAndroidAgentBundle({
    kind: 'android-agent-bundle',
    version: 1,
    openNetworkConfiguration: {
      Type: 'UnencryptedConfiguration',
      Certificates: trusted.map(({ certificate }) => ({
        GUID: certificate.sha1,
        Type: 'Authority',
        X509: certificateToPem(certificate),
      })),
    },
    keyPairs: identities.map((given) => {
      const { bytes: pkcs12, password } = sender.pfx.wrap(given.identity, device)
      const { grants } = given.profile.key
      return {
        alias: identityName(given),
        pkcs12: pkcs12.toString('base64'),
        password,
        userSelectable: true,
        grants: grants === 'managed-apps' ? managedApps : [...grants],
      }
    }),
    managedConfigurations: apps.map(({ profile, restrictions }) => ({
      packageName: profile.packageName,
      restrictions: { ...restrictions },
    })),
  })
  const titles = [...trusted, ...identities, ...apps].map((each) =>
    'displayName' in each ? each.displayName : each.profile.displayName,
  )
  return [
    {
      id: `${device.id}/agent-bundle`,
      profile: [...new Set(titles)].join(', '),
      mediaType: 'application/vnd.smimelab.android-agent+json',
      channel: 'device',
      bytes,
    },
  ]
}
