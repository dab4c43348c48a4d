import type { TestProject } from 'vitest/node';
import { findServers, type ServerBinaries } from './binaries/find-servers.ts';
import { createRunDirectory, removeRunDirectory } from './process/run-directory.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly servers: ServerBinaries;
    readonly runDirectory: string;
  }
}

/** Finds or fetches the real servers once for the whole run, and ends what tests left running. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const progress = (message: string): void => console.log(`[servers] ${message}`);
  project.provide('servers', await findServers({ progress, environment: process.env }));
  const runDirectory = await createRunDirectory();
  project.provide('runDirectory', runDirectory);
  return () => removeRunDirectory(runDirectory);
}
