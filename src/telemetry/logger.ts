import { pino, stdSerializers, type DestinationStream, type Logger as PinoLogger, type LoggerOptions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { createLogfmtStream } from './logfmt-stream.ts';
import { serializeError } from './serialize-error.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export const logFormats = ['json', 'logfmt', 'pretty'] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogFormat = (typeof logFormats)[number];

/** Log as `logger.info({ shard, replica }, 'lower case message')`; errors go under `err`. */
export type Logger = PinoLogger;

export interface LoggerSettings {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Where finished lines go; main hands in standard error. */
  readonly destination: DestinationStream;
  /** Colours in `pretty`. */
  readonly color?: boolean;
}

/** Keys whose values never reach a log, at the top and one level down. */
const secretKeys = ['password', 'credentials', 'authorization', 'proxy-authorization', 'cookie', 'bearer_token'];

/** One line an event, in the format asked for. Lines are written synchronously, so that none is lost at exit. */
export function createLogger(settings: LoggerSettings): Logger {
  const options: LoggerOptions = {
    level: settings.level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: serializeError, req: stdSerializers.req },
    redact: { paths: secretKeys.flatMap((key) => [`["${key}"]`, `*["${key}"]`]), censor: '<secret>' },
  };
  return pino(options, formatted(settings));
}

function formatted({ format, destination, color = false }: LoggerSettings): DestinationStream {
  if (format === 'json') return destination;
  if (format === 'logfmt') return createLogfmtStream(destination);
  const toText = prettyFactory({ colorize: color, translateTime: 'HH:MM:ss.l' });
  return {
    write(line) {
      destination.write(toText(line) ?? line);
    },
  };
}
