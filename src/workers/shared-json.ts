/** A value that many messages refer to and none carries: its JSON stands in memory that threads share. */
export interface SharedJson {
  /** Equal for equal values only. */
  readonly version: number;
  /** UTF-8. */
  readonly bytes: SharedArrayBuffer;
}

/** Shares plain data; what JSON cannot tell apart is lost. */
export function shareJson(version: number, value: unknown): SharedJson {
  const text = Buffer.from(JSON.stringify(value));
  const bytes = new SharedArrayBuffer(text.length);
  new Uint8Array(bytes).set(text);
  return { version, bytes };
}

/** A copy of the value. */
export function readSharedJson({ bytes }: SharedJson): unknown {
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}
