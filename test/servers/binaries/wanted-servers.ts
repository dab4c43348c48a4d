import { writeChromiumWrapper } from './chromium-wrapper.ts';
import type { Dependencies } from './debian-suite.ts';
import { prometheusRelease, type ReleaseTarball, victoriaMetricsRelease } from './release-tarball.ts';
import { isAtLeast, type Version } from './server-version.ts';

/** What tests run beside the gateway. */
export type ServerName =
  | 'prometheus'
  | 'promtool'
  | 'prometheus242'
  | 'victoriaMetrics'
  | 'vmalert'
  /** Prometheus 2.42 as Debian has it: with the classic web UI below `share/prometheus/web`, beside `bin`. */
  | 'prometheusUi'
  | 'chromium';

/** Where a server comes from, and what it must be. */
export interface WantedServer {
  readonly binary: string;
  /** Environment variable with the path of a binary to use as it is. */
  readonly variable: string;
  readonly suite: 'sid' | 'bookworm';
  readonly package: string;
  /** Set where it is of no use without other packages: they share a directory. */
  readonly unpacked?: { readonly directory: string; readonly dependencies: Dependencies };
  /** Makes `binary` out of what was unpacked into a directory. */
  readonly prepare?: (directory: string) => Promise<void>;
  readonly release?: () => ReleaseTarball;
  readonly accepts: (version: Version) => boolean;
}

/** Prometheus and the promtool of the same release. */
const newPrometheus = {
  suite: 'sid',
  release: () => prometheusRelease('3.5.0'),
  accepts: (version) => isAtLeast(version, [3, 5]),
} satisfies Partial<WantedServer>;

export const wantedServers: Readonly<Record<ServerName, WantedServer>> = {
  prometheus: {
    binary: 'prometheus',
    variable: 'PROMGATE_PROMETHEUS',
    package: 'prometheus',
    ...newPrometheus,
  },
  promtool: {
    binary: 'promtool',
    variable: 'PROMGATE_PROMTOOL',
    package: 'promtool',
    ...newPrometheus,
  },
  prometheus242: {
    binary: 'prometheus',
    variable: 'PROMGATE_PROMETHEUS_242',
    suite: 'bookworm',
    package: 'prometheus',
    release: () => prometheusRelease('2.42.0'),
    accepts: (version) => version[0] === 2 && version[1] === 42,
  },
  victoriaMetrics: {
    binary: 'victoria-metrics',
    variable: 'PROMGATE_VICTORIA_METRICS',
    suite: 'sid',
    package: 'victoria-metrics',
    release: () => victoriaMetricsRelease('1.145.0'),
    accepts: () => true,
  },
  vmalert: {
    binary: 'vmalert',
    variable: 'PROMGATE_VMALERT',
    suite: 'sid',
    package: 'victoria-metrics',
    accepts: () => true,
  },
  prometheusUi: {
    binary: 'prometheus',
    variable: 'PROMGATE_PROMETHEUS_UI',
    suite: 'bookworm',
    package: 'prometheus',
    unpacked: { directory: 'prometheus-ui', dependencies: /^(?:libjs|fonts)-/ },
    accepts: (version) => version[0] === 2 && version[1] === 42,
  },
  chromium: {
    binary: 'chromium-unpacked',
    variable: 'PROMGATE_CHROMIUM',
    suite: 'bookworm',
    package: 'chromium',
    unpacked: { directory: 'chromium-closure', dependencies: 'lacking' },
    prepare: writeChromiumWrapper,
    accepts: () => true,
  },
};
