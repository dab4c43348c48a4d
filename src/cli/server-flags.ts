import { InvalidArgumentError, Option, type Command } from 'commander';
import { logFormats, logLevels, type LogFormat, type LogLevel } from '../telemetry/logger.ts';
import { toGatewayError } from '../model/errors.ts';
import type { ListenAddress } from '../model/listen-address.ts';
import type { FlagTexts } from './flag-texts.ts';
import { parseListenAddress } from './listen-address.ts';
import { parseExternalUrl, parseRoutePrefix, pathOfUrl } from './web-paths.ts';
import { addRequestLimitFlags, readRequestLimitFlags, type RequestLimitFlags } from './request-limit-flags.ts';

/** The flags of the server itself, under the names of Prometheus. */
export interface ServerFlags {
  /** Left out: the demo. */
  readonly configFile: string | undefined;
  readonly listen: ListenAddress;
  /** Without a trailing slash; left out: the address listened on. */
  readonly externalUrl: string | undefined;
  /** `/path` without a trailing slash; empty for none. Left out: the path of the external URL. */
  readonly routePrefix: string;
  /** TLS and users; left out: plain HTTP for everyone. */
  readonly webConfigFile: string | undefined;
  readonly requestLimits: RequestLimitFlags;
  /** Whether clients may ask for a reload. */
  readonly enableLifecycle: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
  /** What clients may read of them. */
  readonly texts: FlagTexts;
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
    .option('--web.external-url <url>', 'URL under which others reach this server', parseExternalUrl)
    .option(
      '--web.route-prefix <path>',
      'path that everything is served under (default: path of --web.external-url)',
      checkRoutePrefix,
    )
    .option('--web.config.file <file>', 'TLS and users, in the format of Prometheus')
    .option('--web.enable-lifecycle', 'let clients reload the configuration with POST or PUT /-/reload', false);
  addRequestLimitFlags(program);
  program
    .addOption(new Option('--log.level <level>', 'least severity that is logged').choices(logLevels).default('info'))
    .addOption(new Option('--log.format <format>', 'form of a log line').choices(logFormats).default('logfmt'));
}

/** The parsed flags. */
export function readServerFlags(program: Command, texts: FlagTexts): ServerFlags {
  const values: Record<string, unknown> = program.opts();
  const externalUrl = values['web.externalUrl'] as string | undefined;
  return {
    configFile: values['config.file'] as string | undefined,
    listen: values['web.listenAddress'] as ListenAddress,
    externalUrl,
    routePrefix: routePrefixOf(values['web.routePrefix'] as string | undefined, externalUrl),
    webConfigFile: values['web.config.file'] as string | undefined,
    requestLimits: readRequestLimitFlags(values),
    enableLifecycle: values['web.enableLifecycle'] as boolean,
    logLevel: values['log.level'] as LogLevel,
    logFormat: values['log.format'] as LogFormat,
    texts,
  };
}

/** As in Prometheus an empty value is as none; `/` means no prefix whatever the external URL is. */
function routePrefixOf(flag: string | undefined, externalUrl: string | undefined): string {
  return flag === undefined || flag === '' ? pathOfUrl(externalUrl) : parseRoutePrefix(flag);
}

function checkRoutePrefix(text: string): string {
  parseRoutePrefix(text);
  return text;
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
