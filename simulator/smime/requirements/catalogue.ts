/**
 * What S/MIME asks of a program that sends or reads mail: one row a requirement, in few words of our own, with the clause
 * to read. Tests name the row that they hold by beginning their title with its id; `coverage.test.ts` sees that none is
 * without.
 */

export type Level = 'MUST' | 'MUST NOT' | 'SHALL' | 'SHOULD' | 'SHOULD NOT'

/** Who can break it, and so where it is tested: in what we make, in how we judge what others made, or in both. */
export type Side = 'sender' | 'receiver' | 'both' | 'out-of-scope'

export interface Requirement {
  /** 'CMS-03': never renamed, never used again. */
  readonly id: string
  readonly level: Level
  /** RFC and section, 'SMIME BR' for the baseline requirements of the CA/Browser Forum, 'product' for rules of our own. */
  readonly clause: string
  readonly side: Side
  readonly statement: string
  /** Why nothing here tests it; of those out of scope only. */
  readonly reason?: string
}

type Row = readonly [id: string, level: Level, clause: string, side: Side, statement: string, reason?: string]

/** Messages: algorithms, attributes, MIME forms (RFC 8551). */
const messages: readonly Row[] = [
  ['MSG-01', 'MUST', 'RFC 8551 2.1', 'both', 'SHA-256 and SHA-512 both serve as digest'],
  ['MSG-02', 'MUST', 'RFC 8551 2.2', 'both', 'ECDSA P-256, Ed25519 and RSA v1.5 with SHA-256 are verified'],
  ['MSG-03', 'SHOULD', 'RFC 8551 2.2', 'both', 'RSASSA-PSS with SHA-256, whatever its salt length'],
  ['MSG-04', 'MUST', 'RFC 8551 2.3', 'both', 'ECDH P-256, X25519 with HKDF, RSA v1.5; OAEP too'],
  [
    'MSG-05',
    'MUST',
    'RFC 8551 2.3',
    'both',
    'the key wrap is as strong as the content cipher; AES-128 and AES-256 wrap',
  ],
  ['MSG-06', 'MUST', 'RFC 8551 2.4.1', 'both', 'inside CMS the content is id-data; MIME headers tell its type'],
  ['MSG-07', 'MUST', 'RFC 8551 2.5', 'both', 'each signed attribute listed may stand once or not at all'],
  ['MSG-08', 'MUST', 'RFC 8551 2.5.1', 'both', 'signingTime is UTCTime until 2049, GeneralizedTime from 2050'],
  ['MSG-09', 'MUST', 'RFC 8551 2.5.2', 'both', 'SMIMECapabilities is signed, stands once, has one value'],
  ['MSG-10', 'MUST', 'RFC 8551 2.5.2', 'both', 'a capability that needs no parameters has none, not NULL'],
  ['MSG-11', 'MUST', 'RFC 8551 2.5.2', 'receiver', 'capabilities that nobody knows do no harm'],
  [
    'MSG-12',
    'SHOULD',
    'RFC 8551 2.5.3',
    'receiver',
    'a key preference is kept if its signature is good and the newest',
  ],
  ['MSG-13', 'MUST', 'RFC 8551 2.5.3.1', 'sender', 'encrypt to the preferred key, else to one of the same subject'],
  ['MSG-14', 'MUST', 'RFC 8551 2.6', 'receiver', 'signers are named either way; several may share one key identifier'],
  ['MSG-15', 'MUST', 'RFC 8551 2.7', 'both', 'AES-128-GCM, AES-256-GCM and AES-128-CBC as content ciphers'],
  [
    'MSG-16',
    'SHOULD',
    'RFC 8551 2.7.1.1',
    'sender',
    "the recipient's first capability that we have decides the cipher",
  ],
  ['MSG-17', 'SHOULD', 'RFC 8551 2.7.1.2', 'sender', 'nothing known: AES-256-GCM, else AES-128-CBC'],
  [
    'MSG-18',
    'MUST NOT',
    'RFC 8551 2.7.1',
    'sender',
    'use a cipher weaker than policy; believe unverified capabilities',
  ],
  ['MSG-19', 'SHOULD NOT', 'RFC 8551 2.7.3', 'sender', 'send one message in two strengths'],
  ['MSG-20', 'MUST', 'RFC 8551 3.1.1', 'both', 'text is in CRLF and names its charset before it is signed'],
  ['MSG-21', 'MUST', 'RFC 8551 3.1.3', 'both', 'a clear-signed entity is 7-bit and survives relays'],
  ['MSG-22', 'SHOULD', 'RFC 8551 3.2.1', 'both', 'name and filename are smime.p7m, .p7s, .p7c or .p7z'],
  ['MSG-23', 'SHOULD', 'RFC 8551 3.2.2', 'both', 'smime-type is told when sending, not relied on when reading'],
  ['MSG-24', 'SHOULD', 'RFC 8551 3.3', 'sender', 'the sender is among the recipients'],
  ['MSG-25', 'MUST', 'RFC 8551 3.5', 'both', 'opaque and clear signatures are both read'],
  ['MSG-26', 'MUST', 'RFC 8551 3.5.3.1', 'both', 'a detached signature has no content inside'],
  ['MSG-27', 'MUST', 'RFC 8551 3.5.3.2', 'both', 'protocol and micalg are told; an odd micalg does not matter'],
  ['MSG-28', 'MUST', 'RFC 8551 3.7', 'both', 'any nesting of signing and encrypting, within bounds'],
  ['MSG-29', 'MUST', 'RFC 8551 3.8', 'receiver', 'certificates alone are no signature'],
  ['MSG-30', 'SHOULD', 'RFC 8551 3.6, RFC 3274', 'receiver', 'compressed data may be read, within bounds'],
  ['MSG-31', 'MUST', 'RFC 8551 4.1, 4.2', 'receiver', 'RSA of 2048 to 4096 bits verifies; shorter keys are not made'],
  ['MSG-32', 'MUST', 'RFC 8551 6', 'receiver', 'protected parts and those around them are kept apart (Efail)'],
  ['MSG-33', 'SHOULD', 'RFC 8551 6', 'receiver', 'decrypted data is not used before its integrity is known'],
  ['MSG-34', 'SHOULD', 'RFC 8551 3.1', 'receiver', 'a protected message/rfc822 is shown as the message'],
]

/** Cryptographic Message Syntax (RFC 5652) and its companions. */
const syntax: readonly Row[] = [
  ['CMS-01', 'MUST', 'RFC 5652 5.1', 'both', 'SignedData has the version that its contents call for'],
  ['CMS-02', 'MUST', 'RFC 5652 5.3, 5.4', 'both', 'the signature covers the DER of the attributes as SET OF'],
  ['CMS-03', 'MUST', 'RFC 5652 5.3, 11', 'both', 'contentType and messageDigest exactly once, with one value'],
  ['CMS-04', 'MUST', 'RFC 5652 5.4, 5.6', 'receiver', 'contentType and messageDigest are compared with the content'],
  ['CMS-05', 'MUST', 'RFC 5652 5.1', 'both', 'without a signer nothing is signed'],
  ['CMS-06', 'SHOULD', 'RFC 5652 5.1', 'both', 'each of several signers is judged and shown by itself'],
  ['CMS-07', 'MUST', 'RFC 5652 6.1', 'both', 'EnvelopedData has the version its contents call for, and a recipient'],
  ['CMS-08', 'MUST', 'RFC 5652 6.2.1', 'both', 'key transport by issuer and serial (0) or by key identifier (2)'],
  ['CMS-09', 'MUST', 'RFC 5652 6.2.1, 6.2.2', 'sender', 'the key usage of a recipient, if stated, allows it'],
  ['CMS-10', 'MUST', 'RFC 5652 6.2', 'receiver', 'recipients of unknown kinds are passed over'],
  ['CMS-11', 'MUST', 'RFC 5652 6.3, RFC 3218', 'receiver', 'bad padding of a key looks like any other failure'],
  ['CMS-12', 'MUST', 'RFC 5652 1, X.690', 'receiver', 'BER is read: indefinite lengths, strings in segments'],
  ['CMS-13', 'MUST', 'RFC 5652 10.2.3', 'receiver', 'certificates and lists in any order, doubled or unused'],
  ['CMS-14', 'MUST', 'RFC 8933 3, RFC 6211', 'both', 'digest and signature algorithm agree, inside and outside'],
  ['CMS-15', 'MUST', 'RFC 5083 2.1', 'both', 'AuthEnvelopedData is version 0; its attributes are authenticated'],
  ['CMS-16', 'MUST', 'RFC 5083 2.2', 'receiver', 'nothing is released where integrity fails'],
  ['CMS-17', 'MUST', 'RFC 5084 3.2', 'both', 'GCM nonces are fresh; an absent ICV length means 12'],
  ['CMS-18', 'SHOULD NOT', 'RFC 5084 1.1', 'both', 'AES-GCM inside plain EnvelopedData'],
  ['CMS-19', 'MUST', 'RFC 5753 3.1, 7.1', 'both', 'ECDH: version 3, SHA-256 KDF, uncompressed points on the curve'],
  ['CMS-20', 'MUST', 'RFC 8418 2, 3', 'both', 'X25519: an ephemeral key each time, no all-zero secret'],
  ['CMS-21', 'MUST', 'RFC 3560 3', 'both', 'OAEP hash, mask hash and label are honoured, with their defaults'],
  ['CMS-22', 'MUST', 'RFC 4056 3', 'both', 'the PSS hash is the digest; any salt length; trailer 1'],
  ['CMS-23', 'MUST', 'RFC 5940 2', 'receiver', 'OCSP answers among the revocation information are read over'],
]

/** Certificates and paths (RFC 8550, RFC 5280). */
const certificates: readonly Row[] = [
  ['CRT-01', 'MUST', 'RFC 8550 2.1, 4.2', 'receiver', 'revocation lists of version 1 and 2 are honoured'],
  ['CRT-02', 'MUST', 'RFC 8550 2.3', 'both', 'any set of certificates is read; the own one and its issuers are sent'],
  ['CRT-03', 'MUST', 'RFC 8550 3', 'receiver', 'addresses from subjectAltName or subject; none is no fault'],
  ['CRT-04', 'MUST', 'RFC 8550 3', 'both', 'From or Sender is an address of the certificate, if it has any'],
  ['CRT-05', 'MUST', 'RFC 8550 4.2, RFC 5280 6', 'receiver', 'the whole path is validated'],
  ['CRT-06', 'MUST', 'RFC 8550 4.4.2', 'receiver', 'key usage, if stated, allows to sign'],
  ['CRT-07', 'MUST', 'RFC 8550 4.4.4', 'receiver', 'extended key usage, if stated, allows mail'],
  ['CRT-08', 'MUST', 'RFC 8550 4.4', 'receiver', 'both usages allow it; unknown critical extensions refuse'],
  ['CRT-09', 'MUST', 'RFC 9598 3, 5', 'both', 'a local part beyond ASCII is a SmtpUTF8Mailbox, domains in A-labels'],
  ['CRT-10', 'MUST', 'RFC 5280 4.2.1.10', 'receiver', 'name constraints hold for mail addresses of every form'],
  ['CRT-11', 'SHOULD', 'RFC 8550 4.3', 'receiver', 'RSA of 2048 to 4096 bits verifies; less is told'],
  ['CRT-12', 'SHOULD', 'RFC 8550 6', 'receiver', 'expired since it signed is told apart; old mail stays readable'],
  ['CRT-13', 'MUST', 'RFC 8550 2.2.1', 'both', 'PKCS#6 and attribute certificates are never sent, and do no harm'],
]

/** The S/MIME Baseline Requirements on a certificate. */
const baseline: readonly Row[] = [
  [
    'BR-01',
    'SHALL',
    'SMIME BR 7.1.2.3 f',
    'receiver',
    'emailProtection, none of the forbidden usages; strict: nothing else',
  ],
  ['BR-02', 'SHALL', 'SMIME BR 7.1.2.3 e', 'receiver', 'key usage fits key type and purpose'],
  ['BR-03', 'SHALL', 'SMIME BR 6.3.2', 'receiver', 'at most 825 days (strict, multipurpose) or 1185 (legacy)'],
  [
    'BR-04',
    'SHALL',
    'SMIME BR 7.1.4.2.1',
    'receiver',
    'a mailbox in subjectAltName, and every mailbox of the subject there',
  ],
  [
    'BR-05',
    'SHALL',
    'SMIME BR 7.1.2.3 a, b, g',
    'receiver',
    'one reserved policy, CRL by http, issuer named by key identifier only',
  ],
  ['BR-06', 'SHALL', 'SMIME BR 6.1.5', 'receiver', 'RSA from 2048 bits in whole octets, NIST curves, Ed25519, Ed448'],
]

/** PKCS#12 files (RFC 7292, RFC 9579). */
const keyFiles: readonly Row[] = [
  ['P12-01', 'MUST', 'RFC 7292 B.1', 'both', 'any password in UTF-16 with terminator; the empty and the absent differ'],
  ['P12-02', 'MUST', 'RFC 7292 5.2', 'receiver', 'the MAC comes first; one error for wrong password and broken file'],
  ['P12-03', 'MUST', 'RFC 9579 4, 5', 'receiver', 'PBMAC1 is read if it states its key length'],
  [
    'P12-04',
    'MUST',
    'RFC 7292, RFC 8018',
    'both',
    'PBES2 and the old schemes are read; the target decides what is written',
  ],
  ['P12-05', 'MUST', 'RFC 7292 4.2', 'both', 'localKeyID pairs key and certificate; several identities; any order'],
  ['P12-06', 'SHOULD', 'RFC 7292 4', 'receiver', 'BER is read; iterations are bounded'],
  ['P12-07', 'MUST', 'product', 'receiver', 'a renewed identity comes beside the old one: archived mail stays open'],
]

/** Enhanced security services (RFC 2634, RFC 5035). */
const services: readonly Row[] = [
  ['ESS-01', 'MUST', 'RFC 5035 3, 4', 'both', 'signingCertificateV2 names the certificate of the signer, signed, once'],
  ['ESS-02', 'SHOULD', 'RFC 2634 2', 'receiver', 'no receipt unasked; a receipt is no message'],
  ['ESS-03', 'SHOULD', 'RFC 2634 1.1', 'both', 'triple wrapping: inner and outer signature are told apart'],
]

/** Header protection (RFC 9788) and blind copies. */
const headers: readonly Row[] = [
  ['HP-01', 'MUST', 'RFC 9788 2.1.1', 'both', 'hp says "clear" or "cipher"; without it nothing is protected'],
  ['HP-02', 'MUST', 'RFC 9788 2.2, 5.2', 'both', 'the payload has every header field, HP-Outer what stood outside'],
  [
    'HP-03',
    'SHOULD',
    'RFC 9788 3.2.1, 3.3',
    'sender',
    'hcp_baseline: Subject hidden, Comments and Keywords out, From left',
  ],
  ['HP-04', 'MUST', 'RFC 9788 4.4', 'receiver', 'an inner From unlike the outer one is warned of'],
  ['HP-05', 'MUST', 'RFC 9788 4.5.3', 'receiver', 'text for old readers (hp-legacy-display) is not shown'],
  ['HP-06', 'MUST', 'RFC 9788 6.1', 'sender', 'an answer does not tell what was confidential'],
  ['HP-07', 'SHOULD', 'RFC 9788 4.10', 'receiver', 'protection by message/rfc822 is still shown'],
  ['BCC-01', 'SHOULD', 'RFC 9788 11.4, product', 'sender', 'each blind copy is a message of its own'],
]

const rows = [...messages, ...syntax, ...certificates, ...baseline, ...keyFiles, ...services, ...headers]

export const catalogue: readonly Requirement[] = rows.map(([id, level, clause, side, statement, reason]) => ({
  id,
  level,
  clause,
  side,
  statement,
  ...(reason === undefined ? {} : { reason }),
}))
