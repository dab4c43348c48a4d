import { readFile, stat } from 'node:fs/promises';

import { GatewayError } from '../../model/errors.ts';

export interface FileReader {
  /**
   * The text of a file as it is now; read again only when the file has changed.
   * @param role the key that names the file, for the message
   * @throws GatewayError `PG_UPSTREAM_SECRET` where it cannot be read or is larger than 1 MiB
   */
  read(path: string, role: string): Promise<string>;
}

interface KnownFile {
  readonly signature: string;
  readonly text: string;
}

const maxFileBytes = 1024 * 1024;

/** Files of secrets and certificates, which others replace while the gateway runs. */
export function createFileReader(): FileReader {
  const known = new Map<string, KnownFile>();
  const reread = async (path: string): Promise<string> => {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    const signature = [dev, ino, size, mtimeNs, ctimeNs].join(' ');
    const before = known.get(path);
    if (before?.signature === signature) return before.text;
    if (size > maxFileBytes) throw new RangeError(`its ${size} bytes exceed the limit of ${maxFileBytes}`);
    const text = await readFile(path, 'utf8');
    known.set(path, { signature, text });
    return text;
  };
  return {
    async read(path, role) {
      try {
        return await reread(path);
      } catch (error) {
        known.delete(path);
        throw new GatewayError('PG_UPSTREAM_SECRET', `${role} ${path} cannot be read: ${fault(error)}`, {
          details: { file: path },
        });
      }
    },
  };
}

function fault(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  return code === 'EISDIR' ? 'is a directory' : message;
}
