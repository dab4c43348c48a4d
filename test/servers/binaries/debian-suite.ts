import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AptArchive, archiveFromDeb822, archiveFromOneLine } from './apt-sources.ts';
import { lastLine, runCommand } from './run-command.ts';

export interface DebianSuite {
  /** Unpacks the newest version of a package into `directory`. Needs no root: nothing is installed. */
  extract(packageName: string, directory: string, dependencies: Dependencies): Promise<void>;
}

/** What is unpacked beside a package: what this machine lacks, or packages of such names whether it has them or not. */
export type Dependencies = 'none' | 'lacking' | RegExp;

export interface DebianSuiteOptions {
  readonly suite: string;
  /** Private lists, caches and downloads of apt; the machine's own are neither read from nor written to. */
  readonly directory: string;
  readonly progress: (message: string) => void;
}

/**
 * Opens a suite of the Debian archive that the machine's own apt sources name (the host is theirs, only the suite is ours).
 * @throws an `Error` with the reason where this is not Debian, or the archive cannot be read.
 */
export async function openDebianSuite(options: DebianSuiteOptions): Promise<DebianSuite> {
  const { suite, directory, progress } = options;
  const archive = await machineArchive();
  const config = await writeAptConfig(directory, suite, archive);
  progress(`reading the package lists of Debian ${suite}`);
  const update = await runCommand('apt-get', ['-c', config, '-q', 'update'], { timeoutMs: 180_000 });
  if (update.code !== 0) throw new Error(`apt-get update for ${suite}: ${lastLine(update)}`);
  return {
    async extract(packageName, target, dependencies) {
      const needed = dependencies === 'none' ? [] : await neededPackages(config, packageName, dependencies);
      const packages = [...new Set([packageName, ...needed])];
      await extractPackages({ config, packages, packageName, target, progress, suite });
    },
  };
}

async function machineArchive(): Promise<AptArchive> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID=debian$/m.test(release)) throw new Error('the machine is not Debian');
  const codename = /^VERSION_CODENAME=(\S+)$/m.exec(release)?.[1] ?? 'sid';
  for (const file of await sourceFiles()) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const find = file.endsWith('.sources') ? archiveFromDeb822 : archiveFromOneLine;
    const archive = find(text, codename) ?? find(text, 'stable');
    if (archive !== undefined) return archive;
  }
  throw new Error(`no apt source of this machine carries ${codename}`);
}

async function sourceFiles(): Promise<string[]> {
  const parts = await readdir('/etc/apt/sources.list.d').catch(() => []);
  return ['/etc/apt/sources.list', ...parts.map((part) => join('/etc/apt/sources.list.d', part))];
}

async function writeAptConfig(directory: string, suite: string, archive: AptArchive): Promise<string> {
  await mkdir(join(directory, 'lists', 'partial'), { recursive: true });
  await mkdir(join(directory, 'cache', 'archives', 'partial'), { recursive: true });
  const sources = join(directory, 'private.sources');
  const signed = archive.signedBy === undefined ? '' : `Signed-By: ${archive.signedBy}\n`;
  await writeFile(sources, `Types: deb\nURIs: ${archive.uri}\nSuites: ${suite}\nComponents: main\n${signed}`);
  const config = join(directory, 'apt.conf');
  // The hooks of the machine's apt tidy up system directories, which an ordinary user may not. Root's home is closed to
  // the user that apt downloads as, hence no sandbox for root.
  const sandbox = process.getuid?.() === 0 ? 'APT::Sandbox::User "root";\n' : '';
  await writeFile(
    config,
    `#clear APT::Update::Post-Invoke;\n#clear APT::Update::Post-Invoke-Success;\n${sandbox}` +
      `Dir::Etc::sourcelist "${sources}";\nDir::Etc::sourceparts "-";\nDir::State::Lists "${directory}/lists";\n` +
      `Dir::Cache "${directory}/cache";\nAcquire::Languages "none";\nAcquire::Retries "2";\n`,
  );
  return config;
}

/** What apt would install along with a package. */
async function neededPackages(config: string, packageName: string, wanted: 'lacking' | RegExp): Promise<string[]> {
  const machine = wanted === 'lacking' ? [] : ['-o', 'Dir::State::status=/dev/null'];
  const args = ['-c', config, ...machine, '--simulate', '--no-install-recommends', 'install', packageName];
  const simulated = await runCommand('apt-get', args, { timeoutMs: 60_000 });
  if (simulated.code !== 0) throw new Error(`apt-get install ${packageName}: ${lastLine(simulated)}`);
  const listed = [...simulated.stdout.matchAll(/^Inst (\S+)/gm)].map((match) => match[1]!);
  return wanted === 'lacking' ? listed : listed.filter((name) => wanted.test(name));
}

interface Extraction {
  readonly config: string;
  readonly suite: string;
  readonly packageName: string;
  readonly packages: readonly string[];
  readonly target: string;
  readonly progress: (message: string) => void;
}

async function extractPackages(extraction: Extraction): Promise<void> {
  const { config, packageName, packages, target, progress, suite } = extraction;
  const others = packages.length === 1 ? '' : ` and ${packages.length - 1} that it needs`;
  progress(`downloading the package ${packageName}${others} of Debian ${suite}`);
  const unpacked = `${target}.${process.pid}.unpacked`;
  await rm(unpacked, { recursive: true, force: true });
  await mkdir(unpacked, { recursive: true });
  try {
    const options = { cwd: unpacked, timeoutMs: 300_000 };
    const download = await runCommand('apt-get', ['-c', config, '-q', 'download', ...packages], options);
    const debs = (await readdir(unpacked)).filter((file) => file.endsWith('.deb'));
    if (download.code !== 0 || debs.length < packages.length)
      throw new Error(`apt-get download ${packageName}: ${lastLine(download)}`);
    for (const deb of debs) {
      const unpack = await runCommand('dpkg', ['-x', deb, 'root'], options);
      if (unpack.code !== 0) throw new Error(`dpkg -x ${deb}: ${lastLine(unpack)}`);
    }
    // Renaming comes last: a directory of that name is always a whole one, also when two runs fetch at once.
    await rm(target, { recursive: true, force: true });
    await rename(join(unpacked, 'root'), target);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}
