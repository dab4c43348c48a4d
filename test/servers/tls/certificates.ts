// The library finds its parts by it.
import 'reflect-metadata';

import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type Extension,
  type X509Certificate,
} from '@peculiar/x509';

/** Certificate and key in PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

interface Subject {
  readonly name: string;
  /** DNS names, addresses and URLs. Default: 127.0.0.1 and localhost. */
  readonly names?: readonly string[];
  /** Default: for a day from now. */
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

export interface Authority {
  /** PEM. */
  readonly cert: string;
  /** Issues a certificate that servers and clients can use. */
  issue(subject: Subject): Promise<Identity>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
type Keys = Awaited<ReturnType<typeof generateKeys>>;

function generateKeys() {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

const dayMs = 86_400_000;

/** A certificate authority that lives as long as the test. */
export async function createAuthority(name: string): Promise<Authority> {
  const keys = await generateKeys();
  const root = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    ...validity({ name }),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return { cert: `${root.toString('pem')}\n`, issue: (subject) => issue(subject, root, keys.privateKey) };
}

async function issue(subject: Subject, root: X509Certificate, signingKey: Keys['privateKey']): Promise<Identity> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${subject.name}`,
    issuer: root.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    ...validity(subject),
    extensions: extensionsOf(subject),
  });
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: certificate.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
}

function validity({ notBefore, notAfter }: Subject): { notBefore: Date; notAfter: Date } {
  return { notBefore: notBefore ?? new Date(Date.now() - dayMs), notAfter: notAfter ?? new Date(Date.now() + dayMs) };
}

function extensionsOf({ names = ['127.0.0.1', 'localhost'] }: Subject): Extension[] {
  return [
    new BasicConstraintsExtension(false),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
    new SubjectAlternativeNameExtension(names.map((value) => ({ type: kindOf(value), value }))),
  ];
}

function kindOf(name: string): 'url' | 'ip' | 'dns' {
  if (name.includes('://')) return 'url';
  return isIP(name) === 0 ? 'dns' : 'ip';
}
