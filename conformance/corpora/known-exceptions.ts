/** Every outcome that differs from its corpus, and why that is accepted. A line that no longer holds fails the run. */
import type { KnownException } from './exception.ts'

const dsa = 'DSA is not simulated: S/MIME 4.0 (RFC 8551 2.2) does not name it any more'

export const knownExceptions: readonly KnownException[] = [
  {
    corpus: 'wycheproof/aes-gcm',
    cases: ['aes_gcm_test.json#268', 'aes_gcm_test.json#272', 'aes_gcm_test.json#276'],
    got: 'refused: cms-malformed',
    reason: 'a nonce of 257 octets: OpenSSL, and so node:crypto, has room for 128; senders use 12 (RFC 5084 3.2)',
  },
  {
    corpus: 'bc-test-data/rfc4134',
    cases: ['4.1.bin', '4.3.bin', '4.4.bin', '4.7.bin', '4.10.bin'],
    got: 'algorithm-unsupported',
    reason: dsa,
  },
  {
    corpus: 'bc-test-data/rfc4134',
    cases: ['4.6.bin'],
    got: 'algorithm-unsupported; algorithm-unsupported',
    reason: dsa,
  },
  {
    corpus: 'bc-test-data/rfc4134',
    cases: ['4.8.eml', '4.9.eml'],
    got: 'clear, invalid (algorithm-unsupported, algorithm-unsupported, address-mismatch): This is some sample content.',
    reason: dsa,
  },
  {
    corpus: 'bc-test-data/rfc4134',
    cases: ['AliceDSSSignByCarlNoInherit.cer', 'DianeDSSSignByCarlInherit.cer'],
    got: 'algorithm-unsupported',
    reason: dsa,
  },
  {
    corpus: 'bc-test-data/pkix',
    cases: [44, 65, 87].map((strength) => `pkix/cms/mldsa/SignedData_ML-DSA-${strength}.pem`),
    got: 'algorithm-unsupported, signer-certificate-missing',
    reason:
      'ML-DSA (RFC 9882) is not simulated: RFC 8551 2.2 does not name it. The sample does not bring its certificate',
  },
  {
    corpus: 'asn1crypto',
    cases: ['pkcs7-signed-digested.der (content type)', 'pkcs7-signed-digested.pem (content type)'],
    got: 'refused: cms-malformed',
    reason:
      'content that is no OCTET STRING, as in PKCS #7 1.5 (RFC 5652 5.2.1): mail is id-data, where the two agree; OpenSSL cms refuses it too',
  },
  {
    corpus: 'asn1crypto',
    cases: ['cms-signed-indefinite-length.der'],
    got: 'refused: asn1-malformed',
    reason: 'a line feed behind the end: octets that nothing covers must not ride along. Without it the file is read',
  },
  {
    corpus: 'pkcs12-zoo',
    cases: ['openssl/80-test_pkcs12_data/nomac_parse.p12'],
    got: 'refused: pkcs12-unsupported',
    reason: 'its only safe is an EnvelopedData: OpenSSL passes it over and finds nothing, we say what we do not read',
  },
]
