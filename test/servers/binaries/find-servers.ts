import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type DebianSuite, openDebianSuite } from './debian-suite.ts';
import { type ReleaseTarball, unpackRelease } from './release-tarball.ts';
import { serverVersion } from './server-version.ts';
import { type ServerName, type WantedServer, wantedServers } from './wanted-servers.ts';

/** Where a server binary was found, or why there is none. */
export type ServerBinary = { readonly path: string; readonly version: string } | { readonly missing: string };

export type ServerBinaries = Readonly<Record<ServerName, ServerBinary>>;

export interface FindServersOptions {
  readonly progress: (message: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Finds each server in this order: environment variable, PATH, cache, Debian package, release tarball. What is fetched
 * goes into the cache directory (`$PROMGATE_CACHE` or `~/.cache/promgate`); with `PROMGATE_OFFLINE=1` nothing is fetched.
 * Never rejects: what cannot be had is reported with the reasons.
 */
export async function findServers(options: FindServersOptions): Promise<ServerBinaries> {
  const finder = await createFinder(options);
  const found: Partial<Record<ServerName, ServerBinary>> = {};
  for (const name of Object.keys(wantedServers) as ServerName[]) {
    const server = await finder(wantedServers[name]);
    const description = 'missing' in server ? `missing: ${server.missing}` : `${server.version} at ${server.path}`;
    options.progress(`${name}: ${description}`);
    found[name] = server;
  }
  return found as ServerBinaries;
}

/** One server alone, as {@link findServers}. */
export async function findServer(name: ServerName, options: FindServersOptions): Promise<ServerBinary> {
  const finder = await createFinder(options);
  return finder(wantedServers[name]);
}

async function createFinder(options: FindServersOptions): Promise<(wanted: WantedServer) => Promise<ServerBinary>> {
  const { environment, progress } = options;
  const cache = environment['PROMGATE_CACHE'] ?? join(homedir(), '.cache', 'promgate');
  const suites = new Map<string, Promise<DebianSuite>>();

  const debianSuite = (suite: string): Promise<DebianSuite> => {
    const opened = suites.get(suite) ?? openDebianSuite({ suite, directory: join(cache, 'apt', suite), progress });
    suites.set(suite, opened);
    return opened;
  };

  const fetchPackage = async (wanted: WantedServer): Promise<string> => {
    const suite = await debianSuite(wanted.suite);
    const directory = packageDirectory(cache, wanted);
    await suite.extract(wanted.package, directory, wanted.unpacked?.dependencies ?? 'none');
    await wanted.prepare?.(directory);
    return packageBinary(cache, wanted);
  };

  const fetchRelease = async (wanted: WantedServer): Promise<string> => {
    const release = wanted.release?.();
    if (release === undefined) throw new Error('there is no other place to fetch it from');
    await unpackRelease(release, releaseDirectory(cache, release), progress);
    return releaseBinary(cache, wanted, release);
  };

  return async (wanted) => {
    const given = environment[wanted.variable];
    if (given !== undefined) return (await tryBinary(wanted, given)) ?? { missing: `$${wanted.variable} does not run` };
    const release = wanted.release?.();
    const candidates = [
      ...onPath(environment, wanted),
      packageBinary(cache, wanted),
      ...(release === undefined ? [] : [releaseBinary(cache, wanted, release)]),
    ];
    for (const candidate of candidates) {
      const found = await tryBinary(wanted, candidate);
      if (found) return found;
    }
    if (environment['PROMGATE_OFFLINE'] === '1') return { missing: 'not in PATH or cache, and PROMGATE_OFFLINE=1' };
    await mkdir(cache, { recursive: true });
    const reasons: string[] = [];
    for (const fetchBinary of [fetchPackage, fetchRelease]) {
      try {
        const found = await tryBinary(wanted, await fetchBinary(wanted));
        if (found) return found;
        reasons.push('the fetched binary does not run or has another version');
      } catch (error) {
        reasons.push(error instanceof Error ? error.message : String(error));
      }
    }
    return { missing: reasons.join('; ') };
  };
}

function packageDirectory(cache: string, wanted: WantedServer): string {
  return join(cache, `debian-${wanted.suite}`, wanted.unpacked?.directory ?? wanted.package);
}

function packageBinary(cache: string, wanted: WantedServer): string {
  return join(packageDirectory(cache, wanted), 'usr', 'bin', wanted.binary);
}

function releaseDirectory(cache: string, { url }: ReleaseTarball): string {
  return join(cache, 'releases', url.slice(url.lastIndexOf('/') + 1, -'.tar.gz'.length));
}

function releaseBinary(cache: string, wanted: WantedServer, release: ReleaseTarball): string {
  const name = wanted.binary === 'victoria-metrics' ? 'victoria-metrics-prod' : wanted.binary;
  return join(releaseDirectory(cache, release), name);
}

function onPath(environment: FindServersOptions['environment'], wanted: WantedServer): string[] {
  // What is in PATH need not lie beside its assets.
  if (wanted.unpacked !== undefined) return [];
  const directories = (environment['PATH'] ?? '').split(delimiter).filter(Boolean);
  return directories.map((directory) => join(directory, wanted.binary));
}

async function tryBinary(wanted: WantedServer, path: string): Promise<ServerBinary | undefined> {
  try {
    await access(path);
  } catch {
    return undefined;
  }
  const version = await serverVersion(path);
  if (version === undefined) return undefined;
  if (version === 'unnamed') return wanted.accepts([0, 0, 0]) ? { path, version: 'unnamed version' } : undefined;
  return wanted.accepts(version) ? { path, version: version.join('.') } : undefined;
}
