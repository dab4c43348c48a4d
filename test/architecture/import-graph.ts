import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/** One `import` or `export … from` of a source file, both ends as paths relative to `src/`. */
export interface ImportEdge {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const importPattern = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"](\.[^'"]+)['"]/gm;

/** The imports between the given files (`path relative to src/ → text`); type-only ones are among them. */
export function importEdges(files: ReadonlyMap<string, string>): ImportEdge[] {
  return [...files].flatMap(([from, text]) =>
    [...text.matchAll(importPattern)].map((match) => ({
      from,
      to: normalize(join(dirname(from), match[2]!)),
      typeOnly: match[1] !== undefined,
    })),
  );
}

/** Every TypeScript file below `directory`, by its path relative to it; what is compiled to WebAssembly is another language. */
export function readSources(directory: string): Map<string, string> {
  const isSource = (path: string): boolean => path.endsWith('.ts') && !path.includes('/assembly/');
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(isSource);
  return new Map(paths.map((path) => [relative('.', path), readFileSync(join(directory, path), 'utf8')]));
}

/** Layers from the top down: an import may only go to a lower layer, or stay inside its own folder. */
const layers: readonly (readonly string[])[] = [
  ['main.ts'],
  ['gateway.ts'],
  ['gateway'],
  ['server', 'cli'],
  ['query'],
  ['federate'],
  ['workers', 'promql', 'remote'],
  ['upstream', 'exposition'],
  ['topology'],
  ['model'],
];

/** Stages of `federate/` that must not know one another; what puts them together stands beside them. */
const federateStages = new Set(['join', 'merge', 'rules', 'plan', 'share']);

/** What a rule is and makes means the same in queries. */
const sharedWithQueries = ['federate/rules/', 'federate/plan/may-match-produced.ts'];

const layerOf = (path: string): number => layers.findIndex((folders) => folders.includes(path.split('/')[0]!));

/** What an import breaks, in words; undefined when it is fine. */
export function violation({ from, to, typeOnly }: ImportEdge): string | undefined {
  const fromFolder = from.split('/')[0]!;
  const toFolder = to.split('/')[0]!;
  const edge = `${from} → ${to}`;
  if (fromFolder === 'federate' && toFolder === 'federate') return stageViolation(from, to, edge);
  if (fromFolder === toFolder) return undefined;
  if (isAside(toFolder)) {
    const isComposition = ['main.ts', 'gateway.ts', 'gateway', 'cli'].includes(fromFolder);
    return typeOnly || isComposition ? undefined : `${edge}: ${toFolder} is handed in, only its types may be imported`;
  }
  if (isAside(fromFolder))
    return toFolder === 'model' || typeOnly ? undefined : `${edge}: ${fromFolder} may import model only`;
  if (fromFolder === 'query' && toFolder === 'federate' && !sharedWithQueries.some((stage) => to.startsWith(stage))) {
    return `${edge}: of federate/ only the rules are for queries too`;
  }
  return layerViolation(from, to, edge);
}

/** What stands beside the layers, and is handed in from the top. */
const isAside = (folder: string): boolean => folder === 'config' || folder === 'telemetry';

function layerViolation(from: string, to: string, edge: string): string | undefined {
  const [upper, lower] = [layerOf(from), layerOf(to)];
  if (upper === -1 || lower === -1) return `${edge}: a folder that is in no layer`;
  return upper < lower ? undefined : `${edge}: imports go down the layers only`;
}

function stageViolation(from: string, to: string, edge: string): string | undefined {
  const [fromStage, toStage] = [from.split('/')[1]!, to.split('/')[1]!];
  const bothStages = federateStages.has(fromStage) && federateStages.has(toStage);
  return bothStages && fromStage !== toStage ? `${edge}: stages of federate/ do not import each other` : undefined;
}

/** The import cycles among `edges` (type-only imports count), each as the list of its files. */
export function importCycles(edges: readonly ImportEdge[]): string[][] {
  const targets = Map.groupBy(edges, (edge) => edge.from);
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file]);
      return;
    }
    state.set(file, 'open');
    path.push(file);
    for (const { to } of targets.get(file) ?? []) visit(to);
    path.pop();
    state.set(file, 'done');
  };
  for (const file of targets.keys()) visit(file);
  return cycles;
}
