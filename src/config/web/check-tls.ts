import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Findings } from '../source/findings.ts';
import { cipherList, clientAuthTypes, curves, tlsVersions } from './go-tls-names.ts';
import type { RawTlsServerConfig } from './raw-web-config.ts';
import type { ReadPem } from './read-pem.ts';
import type { TlsServerConfig } from './web-config.ts';

const section = '/tls_server_config';

/**
 * The settings of a TLS server, or undefined with findings. They are tried out: a certificate that does not go with its
 * key, or a suite that this Node.js does not have, is found here and not by the first client.
 */
export async function checkTls(
  raw: RawTlsServerConfig,
  findings: Findings,
  readPem: ReadPem,
): Promise<TlsServerConfig | undefined> {
  const minVersion = tlsVersions[raw.min_version ?? 'TLS12']!;
  const maxVersion = tlsVersions[raw.max_version ?? 'TLS13']!;
  if (minVersion > maxVersion) findings.error(`${section}/min_version`, 'is newer than max_version');
  const clientAuth = clientAuthTypes[raw.client_auth_type ?? 'NoClientCert']!;
  checkClientAuth(raw, clientAuth, findings);
  const cert = await readPem(raw, 'cert', { isRequired: true });
  const key = await readPem(raw, 'key', { isRequired: true });
  const clientCa = await readPem(raw, 'client_ca', { isRequired: false });
  if (cert === undefined || key === undefined || findings.hasErrors()) return undefined;
  const settings = {
    cert,
    key,
    clientCa,
    clientAuth,
    clientAllowedSans: raw.client_allowed_sans,
    minVersion,
    maxVersion,
    ciphers: cipherList(raw.cipher_suites, minVersion),
    curves: raw.curve_preferences?.map((name) => curves[name]!).join(':') || undefined,
    prefersServerCiphers: raw.prefer_server_cipher_suites ?? true,
  };
  const certExpiresMs = tryCertificate(settings.cert, raw, findings);
  if (certExpiresMs === undefined || !trySettings(settings, raw, findings)) return undefined;
  return { ...settings, certExpiresMs };
}

function checkClientAuth(raw: RawTlsServerConfig, clientAuth: string, findings: Findings): void {
  const caKey = raw.client_ca_file === undefined ? 'client_ca' : 'client_ca_file';
  if (raw[caKey] !== undefined && clientAuth === 'NoClientCert') {
    findings.error(`${section}/${caKey}`, 'has no effect without client_auth_type: RequireAndVerifyClientCert');
  }
  const isRequired = clientAuth.startsWith('Require');
  if (raw.client_allowed_sans !== undefined && !isRequired) {
    const needs = 'needs client_auth_type RequireAndVerifyClientCert or RequireAnyClientCert';
    findings.error(`${section}/client_allowed_sans`, needs, { part: 'key' });
  }
  if (raw[caKey] === undefined && clientAuth.includes('Verify')) {
    const risk = 'without client_ca_file, a certificate of any public authority is accepted';
    findings.warning(`${section}/client_auth_type`, risk);
  }
}

/** When the certificate runs out; undefined with a finding. */
function tryCertificate(cert: string, raw: RawTlsServerConfig, findings: Findings): number | undefined {
  try {
    return Date.parse(new X509Certificate(cert).validTo);
  } catch {
    findings.error(place(raw, 'cert'), 'holds no certificate in PEM form that can be read');
    return undefined;
  }
}

type Tried = Omit<TlsServerConfig, 'certExpiresMs'>;

/** Step by step, so that the message can name the key at fault; OpenSSL's own words hold none of the texts. */
function trySettings(settings: Tried, raw: RawTlsServerConfig, findings: Findings): boolean {
  const { cert, key, clientCa, ciphers, curves, minVersion, maxVersion } = settings;
  const steps: [string, () => unknown][] = [
    [place(raw, 'key'), () => createSecureContext({ key })],
    [place(raw, 'key'), () => createSecureContext({ cert, key })],
    [place(raw, 'client_ca'), () => clientCa !== undefined && tryAuthorities(clientCa)],
    [`${section}/cipher_suites`, () => createSecureContext({ cert, key, ciphers, minVersion, maxVersion })],
    [`${section}/curve_preferences`, () => createSecureContext({ ...(curves !== undefined && { ecdhCurve: curves }) })],
  ];
  for (const [pointer, attempt] of steps) {
    try {
      attempt();
    } catch (error) {
      findings.error(pointer, `cannot be used: ${(error as Error).message}`);
      return false;
    }
  }
  return true;
}

function place(raw: RawTlsServerConfig, key: 'cert' | 'key' | 'client_ca'): string {
  return `${section}/${raw[`${key}_file`] === undefined ? key : `${key}_file`}`;
}

/** OpenSSL takes a text without any certificate for none at all. */
function tryAuthorities(pem: string): void {
  void new X509Certificate(pem).subject;
  createSecureContext({ ca: pem });
}
