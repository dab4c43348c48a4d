import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes `usr/bin/chromium-unpacked` of a directory into which Debian's Chromium was unpacked with what it depends on: it
 * finds its libraries there, for nothing is installed.
 */
export async function writeChromiumWrapper(directory: string): Promise<void> {
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  const libraries = join(directory, 'usr', 'lib', triplet);
  const script = [
    '#!/bin/sh',
    `LD_LIBRARY_PATH="${libraries}:${join(libraries, 'pulseaudio')}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
    'export LD_LIBRARY_PATH',
    `exec "${join(directory, 'usr', 'lib', 'chromium', 'chromium')}" "$@"`,
    '',
  ];
  const path = join(directory, 'usr', 'bin', 'chromium-unpacked');
  await writeFile(path, script.join('\n'));
  await chmod(path, 0o755);
}
