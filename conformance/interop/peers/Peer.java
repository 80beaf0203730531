import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.mail.Session;
import javax.mail.internet.MimeBodyPart;
import javax.mail.internet.MimeMessage;
import javax.mail.internet.MimeMultipart;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSAuthEnvelopedData;
import org.bouncycastle.cms.CMSAuthEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.KeyAgreeRecipientId;
import org.bouncycastle.cms.RecipientInfoGenerator;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.RecipientInformationStore;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientId;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientId;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.mail.smime.SMIMEEnvelopedGenerator;
import org.bouncycastle.mail.smime.SMIMESigned;
import org.bouncycastle.mail.smime.SMIMESignedGenerator;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;

/**
 * S/MIME by Bouncy Castle and JavaMail. `Peer version`, or `Peer jobs FILE`: a line is INPUT, OUTPUT, VERB and its
 * arguments with tabs between; each is answered by a line `ok` or `no WHY`. Keys and certificates are NAME.key and
 * NAME.pem in the working directory, the trust anchor is root.pem.
 */
final class Peer {
  private static final String BC = BouncyCastleProvider.PROVIDER_NAME;

  public static void main(String[] args) throws Exception {
    BouncyCastleProvider provider = new BouncyCastleProvider();
    Security.addProvider(provider);
    if (args[0].equals("version")) {
      System.out.println(provider.getVersionStr());
      return;
    }
    for (String line : Files.readAllLines(Path.of(args[1]))) {
      System.out.println(answer(line.split("\t")));
    }
  }

  private static String answer(String[] job) {
    try {
      byte[] output = work(Files.readAllBytes(Path.of(job[0])), Arrays.copyOfRange(job, 2, job.length));
      Files.write(Path.of(job[1]), output);
      return "ok";
    } catch (Exception | LinkageError refusal) {
      StringBuilder why = new StringBuilder("no ");
      for (Throwable each = refusal; each != null; each = each.getCause()) {
        why.append(each == refusal ? "" : " < ").append(each.getClass().getSimpleName()).append(": ").append(each.getMessage());
      }
      return why.toString().replaceAll("\\s+", " ");
    }
  }

  private static byte[] work(byte[] input, String[] job) throws Exception {
    switch (job[0]) {
      case "sign":
        return sign(input, job[1], job[2].equals("clear"), job[3]);
      case "encrypt":
        return encrypt(input, job[1], job[2], job[3].equals("key-identifier"), job[4]);
      case "verify":
        return verify(message(input));
      case "decrypt":
        return decrypt(message(input), job[1]);
      default:
        throw new IllegalArgumentException("no verb " + job[0]);
    }
  }

  // Signing

  private static final Map<String, String> SIGNATURES =
      Map.of(
          "rsa-v1.5-sha256", "SHA256withRSA",
          "rsa-v1.5-sha512", "SHA512withRSA",
          "rsa-pss-sha256", "SHA256withRSAandMGF1",
          "ecdsa-p256-sha256", "SHA256withECDSA",
          "ecdsa-p384-sha384", "SHA384withECDSA",
          "ed25519", "Ed25519");

  private static byte[] sign(byte[] entity, String signature, boolean clear, String signer) throws Exception {
    SMIMESignedGenerator generator = new SMIMESignedGenerator();
    generator.addSignerInfoGenerator(
        new JcaSimpleSignerInfoGeneratorBuilder().setProvider(BC).build(SIGNATURES.get(signature), key(signer), certificate(signer)));
    generator.addCertificates(new JcaCertStore(List.of(certificate(signer), certificate("issuing"))));
    MimeBodyPart body = new MimeBodyPart(new ByteArrayInputStream(entity));
    if (!clear) return written(generator.generateEncapsulated(body));
    MimeBodyPart whole = new MimeBodyPart();
    MimeMultipart parts = generator.generate(body);
    whole.setContent(parts, parts.getContentType());
    // Without it JavaMail writes the part's body and no Content-Type.
    whole.setHeader("Content-Type", parts.getContentType());
    return written(whole);
  }

  // Encrypting

  private static final Map<String, ASN1ObjectIdentifier> CIPHERS =
      Map.of(
          "aes-128-cbc", CMSAlgorithm.AES128_CBC,
          "aes-256-cbc", CMSAlgorithm.AES256_CBC,
          "des-ede3-cbc", CMSAlgorithm.DES_EDE3_CBC,
          "aes-128-gcm", CMSAlgorithm.AES128_GCM,
          "aes-256-gcm", CMSAlgorithm.AES256_GCM,
          "chacha20-poly1305", PKCSObjectIdentifiers.id_alg_AEADChaCha20Poly1305);

  private static byte[] encrypt(byte[] entity, String cipher, String keyManagement, boolean byKeyId, String recipient)
      throws Exception {
    X509Certificate certificate = certificate(recipient);
    byte[] keyId = byKeyId ? keyIdentifier(certificate) : null;
    RecipientInfoGenerator to =
        keyManagement.startsWith("rsa")
            ? keyTransport(keyManagement, certificate, keyId)
            : keyAgreement(keyManagement, cipher, certificate, keyId);
    OutputEncryptor encryptor = new JceCMSContentEncryptorBuilder(CIPHERS.get(cipher)).setProvider(BC).build();
    if (encryptor instanceof OutputAEADEncryptor) {
      // JavaMail's side of Bouncy Castle has no AuthEnvelopedData.
      CMSAuthEnvelopedDataGenerator generator = new CMSAuthEnvelopedDataGenerator();
      generator.addRecipientInfoGenerator(to);
      byte[] cms = generator.generate(new CMSProcessableByteArray(entity), (OutputAEADEncryptor) encryptor).getEncoded();
      String headers =
          "Content-Type: application/pkcs7-mime; smime-type=authEnveloped-data; name=smime.p7m\r\n"
              + "Content-Transfer-Encoding: base64\r\n\r\n";
      return (headers + Base64.getMimeEncoder().encodeToString(cms) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
    SMIMEEnvelopedGenerator generator = new SMIMEEnvelopedGenerator();
    generator.addRecipientInfoGenerator(to);
    return written(generator.generate(new MimeBodyPart(new ByteArrayInputStream(entity)), encryptor));
  }

  private static RecipientInfoGenerator keyTransport(String name, X509Certificate certificate, byte[] keyId) throws Exception {
    if (name.equals("rsa-v1.5")) {
      return (keyId == null
              ? new JceKeyTransRecipientInfoGenerator(certificate)
              : new JceKeyTransRecipientInfoGenerator(keyId, certificate.getPublicKey()))
          .setProvider(BC);
    }
    // rsa-oaep-HASH or rsa-oaep-HASH-mgf1-HASH
    String[] parts = name.split("-");
    String hash = javaName(parts[2]);
    MGF1ParameterSpec mask = new MGF1ParameterSpec(parts.length > 4 ? javaName(parts[4]) : hash);
    AlgorithmIdentifier oaep =
        new JcaAlgorithmParametersConverter()
            .getAlgorithmIdentifier(
                PKCSObjectIdentifiers.id_RSAES_OAEP, new OAEPParameterSpec(hash, "MGF1", mask, PSource.PSpecified.DEFAULT));
    return (keyId == null
            ? new JceKeyTransRecipientInfoGenerator(certificate, oaep)
            : new JceKeyTransRecipientInfoGenerator(keyId, oaep, certificate.getPublicKey()))
        .setProvider(BC);
  }

  private static String javaName(String hash) {
    return hash.replace("sha", "SHA-");
  }

  private static final Map<String, ASN1ObjectIdentifier> AGREEMENTS =
      Map.of(
          "sha1kdf", CMSAlgorithm.ECDH_SHA1KDF,
          "sha256kdf", CMSAlgorithm.ECDH_SHA256KDF,
          "hkdf-sha256", new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.3.19"));

  private static RecipientInfoGenerator keyAgreement(String name, String cipher, X509Certificate certificate, byte[] keyId)
      throws Exception {
    KeyPair ephemeral = ephemeralFor(name);
    ASN1ObjectIdentifier wrap =
        cipher.startsWith("des")
            ? CMSAlgorithm.DES_EDE3_WRAP
            : cipher.startsWith("aes-128") ? CMSAlgorithm.AES128_WRAP : CMSAlgorithm.AES256_WRAP;
    String scheme = name.replaceFirst("^(ecdh-p\\d+|x25519)-", "");
    JceKeyAgreeRecipientInfoGenerator generator =
        new JceKeyAgreeRecipientInfoGenerator(AGREEMENTS.get(scheme), ephemeral.getPrivate(), ephemeral.getPublic(), wrap)
            .setProvider(BC);
    return keyId == null ? generator.addRecipient(certificate) : generator.addRecipient(keyId, certificate.getPublicKey());
  }

  private static KeyPair ephemeralFor(String name) throws GeneralSecurityException {
    if (name.startsWith("x25519")) return KeyPairGenerator.getInstance("X25519", BC).generateKeyPair();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BC);
    generator.initialize(new ECGenParameterSpec(name.startsWith("ecdh-p256") ? "P-256" : "P-384"));
    return generator.generateKeyPair();
  }

  // Verifying

  private static byte[] verify(MimeMessage message) throws Exception {
    boolean clear = message.isMimeType("multipart/signed");
    SMIMESigned signed = clear ? new SMIMESigned((MimeMultipart) message.getContent()) : new SMIMESigned(message);
    Collection<SignerInformation> signers = signed.getSignerInfos().getSigners();
    if (signers.size() != 1) throw new IllegalArgumentException("one signer wanted, got " + signers.size());
    List<X509Certificate> certificates = new ArrayList<>();
    for (X509CertificateHolder each : signed.getCertificates().getMatches(null)) certificates.add(x509(each));
    for (SignerInformation signer : signers) {
      X509CertificateHolder holder = (X509CertificateHolder) signed.getCertificates().getMatches(signer.getSID()).iterator().next();
      X509Certificate certificate = x509(holder);
      if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider(BC).build(certificate))) {
        throw new GeneralSecurityException("the signature does not verify");
      }
      buildPath(certificate, certificates);
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    signed.getSignedContent().write(content);
    return content.toByteArray();
  }

  /** Throws where there is no path to the root. */
  private static void buildPath(X509Certificate certificate, List<X509Certificate> certificates) throws Exception {
    X509CertSelector selector = new X509CertSelector();
    selector.setCertificate(certificate);
    PKIXBuilderParameters parameters =
        new PKIXBuilderParameters(Set.of(new TrustAnchor(certificate("root"), null)), selector);
    parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(certificates), BC));
    parameters.setRevocationEnabled(false);
    CertPathBuilder.getInstance("PKIX", BC).build(parameters);
  }

  // Decrypting

  private static byte[] decrypt(MimeMessage message, String recipient) throws Exception {
    byte[] cms = message.getInputStream().readAllBytes();
    boolean authenticated = ContentInfo.getInstance(cms).getContentType().equals(PKCSObjectIdentifiers.id_ct_authEnvelopedData);
    RecipientInformationStore recipients =
        authenticated ? new CMSAuthEnvelopedData(cms).getRecipientInfos() : new CMSEnvelopedData(cms).getRecipientInfos();
    X509Certificate certificate = certificate(recipient);
    PrivateKey key = key(recipient);
    RecipientInformation transported = recipients.get(new JceKeyTransRecipientId(certificate));
    if (transported != null) return transported.getContent(new JceKeyTransEnvelopedRecipient(key).setProvider(BC));
    RecipientInformation agreed = recipients.get(new JceKeyAgreeRecipientId(certificate));
    // Unlike the one above, this id stands for issuer and serial number alone.
    if (agreed == null) agreed = recipients.get(new KeyAgreeRecipientId(keyIdentifier(certificate)));
    if (agreed != null) return agreed.getContent(new JceKeyAgreeEnvelopedRecipient(key).setProvider(BC));
    throw new GeneralSecurityException("no recipient of the message is " + recipient);
  }

  private static byte[] keyIdentifier(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(Extension.subjectKeyIdentifier.getId());
    return SubjectKeyIdentifier.getInstance(ASN1OctetString.getInstance(extension).getOctets()).getKeyIdentifier();
  }

  // Files

  private static MimeMessage message(byte[] bytes) throws Exception {
    return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(bytes));
  }

  private static byte[] written(MimeBodyPart part) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    part.writeTo(bytes);
    return bytes.toByteArray();
  }

  private static PrivateKey key(String name) throws IOException {
    return new JcaPEMKeyConverter().setProvider(BC).getPrivateKey((PrivateKeyInfo) pem(name + ".key"));
  }

  private static X509Certificate certificate(String name) throws IOException, GeneralSecurityException {
    return x509((X509CertificateHolder) pem(name + ".pem"));
  }

  private static Object pem(String file) throws IOException {
    try (Reader reader = Files.newBufferedReader(Path.of(file)); PEMParser parser = new PEMParser(reader)) {
      return parser.readObject();
    }
  }

  private static X509Certificate x509(X509CertificateHolder holder) throws GeneralSecurityException {
    return new JcaX509CertificateConverter().setProvider(BC).getCertificate(holder);
  }
}
