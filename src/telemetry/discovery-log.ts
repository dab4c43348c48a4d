import type { SourceConfig } from '../config/config.ts';
import type { Logger } from './logger.ts';

/** The part of a source's state that is worth a line. */
interface ObservedSource {
  readonly config: SourceConfig;
  error(): string | undefined;
  parts(): readonly { readonly part: string; readonly error: string | undefined; readonly targets: unknown }[];
}

/** Log lines about discovery, one for each change of state. */
export interface DiscoveryLog {
  sources(sources: readonly ObservedSource[]): void;
  /** What is wrong with targets. */
  problems(problems: readonly string[]): void;
}

export function createDiscoveryLog(logger: Logger): DiscoveryLog {
  let failing = new Set<string>();
  let known = new Set<string>();
  return {
    sources(sources) {
      const before = failing;
      failing = new Set();
      for (const source of sources) {
        for (const { part, error, hasTargets } of statesOf(source)) {
          const key = JSON.stringify([source.config, part]);
          const fields = { mechanism: source.config.kind, ...(part !== '' && { source: part }) };
          if (error === undefined) {
            if (before.has(key)) logger.info(fields, 'a discovery source answers again');
            continue;
          }
          failing.add(key);
          if (before.has(key)) continue;
          const what = hasTargets ? 'its last targets stay' : 'it has given no targets yet';
          logger.warn({ ...fields, reason: error }, `a discovery source cannot be read, ${what}`);
        }
      }
    },
    problems(problems) {
      for (const problem of problems) {
        if (!known.has(problem)) logger.warn({ reason: problem }, 'a discovered target is not used as it is');
      }
      known = new Set(problems);
    },
  };
}

interface State {
  readonly part: string;
  readonly error: string | undefined;
  readonly hasTargets: boolean;
}

function statesOf(source: ObservedSource): State[] {
  const parts = source.parts().map(({ part, error, targets }) => ({ part, error, hasTargets: targets !== undefined }));
  return [{ part: '', error: source.error(), hasTargets: parts.length > 0 }, ...parts];
}
