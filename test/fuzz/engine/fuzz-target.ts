/** Something that takes bytes of any kind. */
export interface FuzzTarget {
  readonly name: string;
  /** Sound and nearly sound inputs, to be damaged. */
  readonly seeds: readonly Uint8Array[];
  /** What the grammar is made of: inserted anywhere. */
  readonly tokens: readonly Uint8Array[];
  /** Throws, or rejects, where something other than the documented happens. */
  run(input: Uint8Array): void | Promise<void>;
  close?(): Promise<void>;
}

/** The UTF-8 bytes of texts. */
export function bytesOf(texts: readonly string[]): Uint8Array[] {
  return texts.map((text) => Buffer.from(text));
}
