import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLine, runCommand } from './run-command.ts';

export interface ReleaseTarball {
  readonly url: string;
  /** `sha256sum` lines published beside the tarball. */
  readonly checksumsUrl: string;
}

/** Prometheus' own releases. The file names follow Go's names of systems and architectures. */
export function prometheusRelease(version: string): ReleaseTarball {
  const base = `https://github.com/prometheus/prometheus/releases/download/v${version}`;
  return {
    url: `${base}/prometheus-${version}.${goSystem()}-${goArchitecture()}.tar.gz`,
    checksumsUrl: `${base}/sha256sums.txt`,
  };
}

export function victoriaMetricsRelease(version: string): ReleaseTarball {
  const base = `https://github.com/VictoriaMetrics/VictoriaMetrics/releases/download/v${version}`;
  const name = `victoria-metrics-${goSystem()}-${goArchitecture()}-v${version}`;
  return { url: `${base}/${name}.tar.gz`, checksumsUrl: `${base}/${name}_checksums.txt` };
}

function goSystem(): string {
  return process.platform === 'win32' ? 'windows' : process.platform;
}

function goArchitecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}

/**
 * Downloads a release tarball, checks its SHA-256 and unpacks it into `directory`.
 * The checksum comes from the list published beside the tarball: it guards against a broken or mixed-up download, not
 * against a forged release, and the progress line says so.
 */
export async function unpackRelease(
  release: ReleaseTarball,
  directory: string,
  progress: (message: string) => void,
): Promise<void> {
  const file = release.url.slice(release.url.lastIndexOf('/') + 1);
  progress(`downloading ${file}; its SHA-256 is checked against the list published beside it`);
  const expected = checksumOf(await download(release.checksumsUrl), file);
  const tarball = await download(release.url);
  const actual = createHash('sha256').update(tarball).digest('hex');
  if (actual !== expected) throw new Error(`${file}: SHA-256 ${actual} differs from the published ${expected}`);
  const unpacked = `${directory}.${process.pid}.unpacked`;
  await mkdir(unpacked, { recursive: true });
  try {
    await writeFile(join(unpacked, file), tarball);
    const result = await runCommand('tar', ['-xzf', file], { cwd: unpacked });
    if (result.code !== 0) throw new Error(`tar -xzf ${file}: ${lastLine(result)}`);
    await rm(join(unpacked, file));
    // Prometheus' tarballs hold one directory, VictoriaMetrics' hold the binary itself.
    const entries = await readdir(unpacked, { withFileTypes: true });
    const [only] = entries;
    const root = entries.length === 1 && only!.isDirectory() ? join(unpacked, only!.name) : unpacked;
    await rm(directory, { recursive: true, force: true });
    await rename(root, directory);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

function checksumOf(list: Uint8Array, file: string): string {
  for (const line of new TextDecoder().decode(list).split('\n')) {
    const [sum, name] = line.trim().split(/\s+\*?/);
    if (name === file && sum !== undefined && /^[0-9a-f]{64}$/.test(sum)) return sum;
  }
  throw new Error(`the published checksums do not list ${file}`);
}

async function download(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.timeout(180_000) }).catch((error: Error) => {
    throw new Error(`${url}: ${error.cause instanceof Error ? error.cause.message : error.message}`, { cause: error });
  });
  if (!response.ok) throw new Error(`${url}: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
