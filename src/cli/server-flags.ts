import { InvalidArgumentError, Option, type Command } from 'commander';
import { logFormats, logLevels, type LogFormat, type LogLevel } from '../telemetry/logger.ts';
import { toGatewayError } from '../model/errors.ts';
import type { ListenAddress } from '../model/listen-address.ts';
import { parseListenAddress } from './listen-address.ts';
import { addRequestLimitFlags, readRequestLimitFlags, type RequestLimitFlags } from './request-limit-flags.ts';

/** The flags of the server itself, under the names of Prometheus. */
export interface ServerFlags {
  /** Left out: the demo. */
  readonly configFile: string | undefined;
  readonly listen: ListenAddress;
  /** Without a trailing slash; left out: the address listened on. */
  readonly externalUrl: string | undefined;
  /** TLS and users; left out: plain HTTP for everyone. */
  readonly webConfigFile: string | undefined;
  readonly requestLimits: RequestLimitFlags;
  /** Whether clients may ask for a reload. */
  readonly enableLifecycle: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

const DEFAULT_ADDRESS = '127.0.0.1:9490';

export function addServerFlags(program: Command): void {
  program
    .option('--config.file <file>', 'configuration; without one a demo with a simulated fleet runs')
    .addOption(
      new Option('--web.listen-address <address>', 'host:port, :port or [ipv6]:port to listen on')
        .argParser(orInvalidArgument(parseListenAddress))
        .default(parseListenAddress(DEFAULT_ADDRESS), DEFAULT_ADDRESS),
    )
    .option('--web.external-url <url>', 'URL under which others reach this server', orInvalidArgument(parseExternalUrl))
    .option('--web.config.file <file>', 'TLS and users, in the format of Prometheus')
    .option('--web.enable-lifecycle', 'let clients reload the configuration with POST or PUT /-/reload', false);
  addRequestLimitFlags(program);
  program
    .addOption(new Option('--log.level <level>', 'least severity that is logged').choices(logLevels).default('info'))
    .addOption(new Option('--log.format <format>', 'form of a log line').choices(logFormats).default('logfmt'));
}

/** The parsed flags. */
export function readServerFlags(program: Command): ServerFlags {
  const values: Record<string, unknown> = program.opts();
  return {
    configFile: values['config.file'] as string | undefined,
    listen: values['web.listenAddress'] as ListenAddress,
    externalUrl: values['web.externalUrl'] as string | undefined,
    webConfigFile: values['web.config.file'] as string | undefined,
    requestLimits: readRequestLimitFlags(values),
    enableLifecycle: values['web.enableLifecycle'] as boolean,
    logLevel: values['log.level'] as LogLevel,
    logFormat: values['log.format'] as LogFormat,
  };
}

function parseExternalUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new InvalidArgumentError('want an http or https URL');
  if (url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new InvalidArgumentError('want a URL without user, query and fragment');
  }
  if (url.pathname !== '/') throw new InvalidArgumentError('serving under a path prefix is not built yet');
  return url.origin;
}

/** Makes what a parser throws a usage error of the flag. */
function orInvalidArgument<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw error instanceof InvalidArgumentError ? error : new InvalidArgumentError(toGatewayError(error).message);
    }
  };
}
