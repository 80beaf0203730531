/**
 * How many different keys and certificates each PKCS#12 file holds, counted once with OpenSSL 3.0
 * (`openssl pkcs12 -nodes -legacy`); one of each, unless a pattern here says otherwise.
 */
const counts: readonly (readonly [files: RegExp, keys: number, certificates: number])[] = [
  [/nomac_parse\.p12$/, 0, 0],
  [/(cert-aes256cbc-no-key\.p12|rustcrypto-formats\/pkcs12\/example15\.pfx)$/, 0, 1],
  [/(v3-certs-(RC2|TDES)|java-truststore|pyca\/pkcs12\/no-cert-(no-)?name(-\w+)?-(no-)?pwd)\.p12$/, 0, 2],
  [/(no-cert-key-aes256cbc\.p12|rustcrypto-formats\/pkcs12\/example16\.pfx)$/, 1, 0],
  [/TestData\/testselfsigned\w+\.contoso\.com\.pfx$/, 1, 1],
  [/TestDataCertificates\/test(selfsigned)?(client|server)eku\.contoso\.com\.pfx$/, 1, 1],
  [/System\.Net\.TestData\/.*contoso\.com(\.noRC2)?\.pfx$/, 1, 2],
  [
    /(rustcrypto-formats\/pkcs12\/example7|TestData\/DummyTcpServer(\.noRC2)?|mimekit\/(revoked-intermediate|intermediate1))\.pfx$/,
    1,
    2,
  ],
  [/(openssl\/p12\/test-BER|pyca\/pkcs12\/(no-)?name(-\w+)*-pwd|oscrypto\/test-third)\.p12$/, 1, 3],
  [/(TestData\/test(\.noRC2)?|mimekit\/(intermediate2|revokedsubca\/smime))\.pfx$/, 1, 3],
  [/(openssl\/p12\/signer\.p12|mimekit\/(dnsnames|dsa|ec|revoked|rsa)\/smime\.pfx)$/, 1, 4],
  [/rfc9216\/\w+\.p12$/, 2, 3],
]

/** In the words of `showContents`. */
export function countsOf(file: string): string {
  const [, keys, certificates] = counts.find(([files]) => files.test(file)) ?? [/./, 1, 1]
  return `keys ${keys}, certificates ${certificates}`
}
