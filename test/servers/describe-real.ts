import { describe, inject } from 'vitest';
import type { ServerName } from './binaries/wanted-servers.ts';

/**
 * A suite that needs real servers. Where one could not be found or fetched the suite is skipped, and its title says why.
 * The suite gets the paths of the binaries it asked for.
 */
export function describeReal<Name extends ServerName>(
  title: string,
  needed: readonly Name[],
  suite: (paths: Readonly<Record<Name, string>>) => void,
): void {
  const servers = inject('servers');
  const paths = {} as Record<Name, string>;
  for (const name of needed) {
    const server = servers[name];
    if ('missing' in server) {
      describe.skip(`${title} (no ${name}: ${server.missing})`, () => suite(paths));
      return;
    }
    paths[name] = server.path;
  }
  describe(title, () => suite(paths));
}
