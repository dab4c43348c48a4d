import { readFileSync } from 'node:fs';

/** The text of `config/<name>.yml` without its comments, which damage would only hit in vain. */
export function exampleConfig(name: string): string {
  return readFileSync(new URL(`../../../config/${name}.yml`, import.meta.url), 'utf8').replaceAll(/ *#.*\n/g, '\n');
}
