import { createSecureContext, type SecureContext, type SecureVersion } from 'node:tls';

import type { TlsConfig, TlsVersion } from '../../config/http-client-config.ts';
import { GatewayError } from '../../model/errors.ts';
import type { FileReader } from './file-reader.ts';

/** Options of `tls.connect`. */
export interface TlsSettings {
  readonly secureContext: SecureContext;
  readonly servername?: string;
  readonly rejectUnauthorized: boolean;
}

export interface TlsSource {
  /**
   * The settings with certificates as they are now: the same object until a file changes.
   * @throws GatewayError `PG_UPSTREAM_SECRET` where a file cannot be read or used
   */
  current(): Promise<TlsSettings>;
}

const nodeVersions: Readonly<Record<TlsVersion, SecureVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

/** A certificate and its key are seldom replaced in one step: for so long the ones before them do. */
const replacementMs = 10_000;

type Material = readonly [ca: string | undefined, cert: string | undefined, key: string | undefined];

interface Built {
  readonly material: Material;
  readonly settings: TlsSettings;
}

/** `now`: Unix ms. */
export function createTlsSource(config: TlsConfig, files: FileReader, now: () => number): TlsSource {
  let built: Built | undefined;
  let failingSinceMs: number | undefined;
  const rebuild = async (): Promise<TlsSettings> => {
    const material = await readMaterial(config, files);
    if (built === undefined || material.some((text, i) => text !== built?.material[i])) {
      built = { material, settings: toSettings(config, material) };
    }
    failingSinceMs = undefined;
    return built.settings;
  };
  return {
    async current() {
      try {
        return await rebuild();
      } catch (error) {
        failingSinceMs ??= now();
        if (built === undefined || now() - failingSinceMs > replacementMs) throw error;
        return built.settings;
      }
    },
  };
}

function readMaterial(config: TlsConfig, files: FileReader): Promise<Material> {
  const read = async (text: string | undefined, file: string | undefined, role: string) =>
    file === undefined ? text : files.read(file, role);
  return Promise.all([
    read(config.ca, config.caFile, 'tls_config.ca_file'),
    read(config.cert, config.certFile, 'tls_config.cert_file'),
    read(config.key, config.keyFile, 'tls_config.key_file'),
  ]);
}

function toSettings(config: TlsConfig, material: Material): TlsSettings {
  return {
    secureContext: toSecureContext(config, material),
    ...(config.serverName !== undefined && { servername: config.serverName }),
    rejectUnauthorized: !config.insecureSkipVerify,
  };
}

function toSecureContext(config: TlsConfig, [ca, cert, key]: Material): SecureContext {
  const { minVersion = 'TLS12', maxVersion } = config;
  if (ca !== undefined && !ca.includes('-----BEGIN ')) throw unusable('tls_config: the CA is no certificate in PEM');
  try {
    return createSecureContext({
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      minVersion: nodeVersions[maxVersion !== undefined && maxVersion < minVersion ? maxVersion : minVersion],
      ...(maxVersion !== undefined && { maxVersion: nodeVersions[maxVersion] }),
      // OpenSSL has no cipher for the old versions above its lowest level of security.
      ...(isOld(minVersion) || isOld(maxVersion) ? { ciphers: 'DEFAULT:@SECLEVEL=0' } : {}),
    });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const reason = code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' ? 'the key is not that of the certificate' : code;
    throw unusable(`tls_config: the CA, certificate or key cannot be used: ${reason}`);
  }
}

function isOld(version: TlsVersion | undefined): boolean {
  return version === 'TLS10' || version === 'TLS11';
}

function unusable(message: string): GatewayError {
  return new GatewayError('PG_UPSTREAM_SECRET', message);
}
