import type { Command, Option } from 'commander';

/** Flags by name, as given or as they are without being given; empty where that is no value. */
export type FlagTexts = Readonly<Record<string, string>>;

/** Follows what is parsed from now on; the result tells what it was. */
export function followFlags(program: Command): () => FlagTexts {
  const given = new Map<string, string>();
  const flags = program.options.filter((option) => option.long !== '--version');
  for (const option of flags) {
    program.on(`option:${option.name()}`, (value: string | undefined | null) => {
      given.set(option.name(), value ?? 'true');
    });
  }
  return () =>
    Object.fromEntries(flags.map((option) => [option.name(), given.get(option.name()) ?? defaultOf(option)]));
}

function defaultOf({ defaultValueDescription, defaultValue }: Option): string {
  const value: unknown = defaultValueDescription ?? defaultValue;
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
}
