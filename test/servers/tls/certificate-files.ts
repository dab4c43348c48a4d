import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority, type Identity } from './certificates.ts';

/** A certificate with its key, both as files and as PEM texts. */
export interface CertificateFiles extends Identity {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface AuthorityFiles {
  readonly certFile: string;
  readonly cert: string;
  /** Signs a certificate for `name`; `names` as `certificates.ts` has them. */
  issue(name: string, names: readonly string[]): Promise<CertificateFiles>;
}

/** Makes an authority whose certificates stand in a directory of its own. */
export async function createAuthorityFiles(directory: string, name: string): Promise<AuthorityFiles> {
  const folder = join(directory, name);
  await mkdir(folder, { recursive: true });
  const authority = await createAuthority(name);
  const certFile = join(folder, 'ca.crt');
  await writeFile(certFile, authority.cert);
  return {
    certFile,
    cert: authority.cert,
    async issue(subject, names) {
      const { cert, key } = await authority.issue({ name: subject, names });
      const files = { certFile: join(folder, `${subject}.crt`), keyFile: join(folder, `${subject}.key`) };
      await Promise.all([writeFile(files.certFile, cert), writeFile(files.keyFile, key)]);
      return { ...files, cert, key };
    },
  };
}
