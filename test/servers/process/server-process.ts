import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Own directory of the server; holds its pid. Its path must be among the arguments, so that leftovers are recognised. */
  readonly directory: string;
  /** Answers 200 once the server is ready. */
  readonly readyUrl: string;
  /** Asks {@link ServerCommand.readyUrl}; default without credentials, trusting the usual authorities. */
  readonly isReady?: (url: string) => Promise<boolean>;
  readonly readyTimeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Pids of this process's live children: the last line of defence when a test forgets to close one. */
const kLiveChildren: Set<ChildProcess> = new Set();
process.on('exit', () => {
  for (const child of kLiveChildren) child.kill('SIGKILL');
});

/** One server process that can be killed, frozen and started again on the same port. Start it before anything else. */
export class ServerProcess {
  readonly name: string;
  readonly #command: ServerCommand;
  #child: ChildProcess | undefined;
  #logs = '';

  constructor(command: ServerCommand) {
    this.name = command.name;
    this.#command = command;
  }

  /** Everything the server wrote to stdout and stderr since it was first started. */
  get logs(): string {
    return this.#logs;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`${this.name} does not run`);
    return pid;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  /** Starts the process and waits until it is ready. @throws an `Error` with the last log lines where it never is. */
  async start(): Promise<void> {
    await this.launch();
    await this.ready();
  }

  /** Starts the process without waiting. */
  async launch(): Promise<void> {
    if (this.#child !== undefined) throw new Error(`${this.name} runs already`);
    const { command, args, directory, env } = this.#command;
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    this.#child = child;
    kLiveChildren.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.#logs += text));
    }
    child.once('error', (error) => (this.#logs += `${error.message}\n`));
    child.once('close', (code, signal) => {
      kLiveChildren.delete(child);
      this.#logs += `[exit ${code ?? signal}]\n`;
      if (this.#child === child) this.#child = undefined;
    });
    if (child.pid !== undefined) await writeFile(join(directory, 'pid'), String(child.pid));
  }

  async ready(): Promise<void> {
    const { readyUrl, readyTimeoutMs = 30_000, isReady = answersOk } = this.#command;
    const deadline = performance.now() + readyTimeoutMs;
    while (this.running && performance.now() < deadline) {
      if (await isReady(readyUrl)) return;
      await sleep(50);
    }
    const reason = this.running ? `not ready after ${readyTimeoutMs} ms` : 'ended before it was ready';
    await this.kill9();
    throw new Error(`${this.name} ${reason}; its last lines:\n${this.#logs.split('\n').slice(-15).join('\n')}`);
  }

  /** As `kill -9`: connections are reset, nothing is written. Resolves when the process is gone. */
  async kill9(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Asks the process to end (SIGTERM) and waits for it. Returns its exit code; null when a signal ended it. */
  async terminate(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    const closed = once(child, 'close');
    child.kill(signal);
    const [code] = (await closed) as [number | null];
    return code;
  }

  /** Freezes the process (SIGSTOP): its connections stay open and nothing answers. */
  stop(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  /** Lets a frozen process go on (SIGCONT). */
  cont(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** Kills the process and removes its directory. */
  async close(): Promise<void> {
    await this.kill9();
    rmSync(this.#command.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
  await response?.body?.cancel();
  return response?.ok === true;
}
