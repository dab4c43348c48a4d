import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate with its key, both as files and as PEM texts. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Certificate {
  /** Signs a certificate for `name`; `subjectAltName` is written as OpenSSL reads it, e.g. `DNS:a,IP:127.0.0.1`. */
  issue(name: string, subjectAltName: string): Promise<Certificate>;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes an authority in a directory of its own, with the openssl of this machine. */
export async function createAuthority(directory: string, name: string): Promise<Authority> {
  const folder = join(directory, name);
  await mkdir(folder, { recursive: true });
  const paths = (file: string) => ({ certFile: join(folder, `${file}.crt`), keyFile: join(folder, `${file}.key`) });
  const load = async (file: string): Promise<Certificate> => {
    const { certFile, keyFile } = paths(file);
    return { certFile, keyFile, cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
  };
  const { certFile, keyFile } = paths('ca');
  await run('openssl', [
    'req',
    '-x509',
    ...newKey,
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    keyFile,
    '-out',
    certFile,
  ]);
  const authority = await load('ca');
  return {
    ...authority,
    async issue(file, subjectAltName) {
      const leaf = paths(file);
      const request = join(folder, `${file}.csr`);
      const extensions = join(folder, `${file}.ext`);
      await writeFile(extensions, `subjectAltName=${subjectAltName}\n`);
      await run('openssl', [
        'req',
        '-new',
        ...newKey,
        '-subj',
        `/CN=${file}`,
        '-keyout',
        leaf.keyFile,
        '-out',
        request,
      ]);
      const signing = ['-CA', certFile, '-CAkey', keyFile, '-CAcreateserial', '-days', '2', '-extfile', extensions];
      await run('openssl', ['x509', '-req', '-in', request, ...signing, '-out', leaf.certFile]);
      return load(file);
    },
  };
}
