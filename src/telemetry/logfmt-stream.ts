import type { DestinationStream } from 'pino';

/** Turns pino's JSON lines into logfmt, keys in their order, nested objects flattened with dots. */
export function createLogfmtStream(destination: DestinationStream): DestinationStream {
  return {
    write(line) {
      const { level, time, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
      const fields = [['ts', time], ['level', level], ['msg', msg], ...flatten(rest, '')] as [string, unknown][];
      const text = fields.filter(([, value]) => value !== undefined).map(([key, value]) => `${key}=${quote(value)}`);
      destination.write(`${text.join(' ')}\n`);
    },
  };
}

function flatten(fields: Record<string, unknown>, prefix: string): [string, unknown][] {
  return Object.entries(fields).flatMap(([key, value]) => {
    const name = prefix + key.replace(/[\s="]/g, '_');
    const isNested = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isNested ? flatten(value as Record<string, unknown>, `${name}.`) : [[name, value] as [string, unknown]];
  });
}

function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' || /[\s="\\\p{Cc}]/u.test(text) ? JSON.stringify(text) : text;
}
