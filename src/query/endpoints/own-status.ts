/** The version of Prometheus whose API and PromQL the gateway speaks. */
const prometheusVersion = '3.5.0';

export interface OwnStatusOptions {
  readonly version: string;
  readonly startedMs: number;
  /** The configuration as YAML; holds no secrets. */
  readonly configText: () => string;
  readonly flags: Readonly<Record<string, string>>;
  readonly lastLoad: () => LastLoad;
}

/** The last attempt to load the configuration. */
export interface LastLoad {
  readonly succeeded: boolean;
  /** When the configuration in force was loaded, Unix ms. */
  readonly successMs: number;
}

/** Answers of the endpoints that ask a server about itself, by path. */
export function ownStatus(options: OwnStatusOptions): Readonly<Record<string, () => unknown>> {
  const started = new Date(options.startedMs).toISOString();
  return {
    // Without `features`, so that Grafana takes it for Prometheus and not for Mimir.
    '/api/v1/status/buildinfo': () => ({
      version: prometheusVersion,
      revision: `promgate-${options.version}`,
      branch: 'HEAD',
      buildUser: 'promgate',
      buildDate: '',
      goVersion: '',
    }),
    '/api/v1/status/runtimeinfo': () => ({
      startTime: started,
      CWD: process.cwd(),
      hostname: '',
      serverTime: new Date().toISOString(),
      reloadConfigSuccess: options.lastLoad().succeeded,
      lastConfigTime: new Date(options.lastLoad().successMs).toISOString(),
      corruptionCount: 0,
      goroutineCount: 0,
      GOMAXPROCS: 0,
      GOMEMLIMIT: 0,
      GOGC: '',
      GODEBUG: '',
      storageRetention: '',
    }),
    '/api/v1/status/config': () => ({ yaml: options.configText() }),
    '/api/v1/status/flags': () => options.flags,
    '/api/v1/status/walreplay': () => ({ min: 0, max: 0, current: 0 }),
    '/api/v1/notifications': () => [],
    '/api/v1/features': () => ({}),
  };
}
