import type { UpstreamPools } from '../../upstream/upstream-pools.ts';
import type { UpstreamTarget } from '../../upstream/upstream-target.ts';

/** Whether a server's PromQL is Prometheus'. */
export type ServerKind = 'prometheus' | 'other';

/** What VictoriaMetrics says of itself, for Grafana's sake. @see spec §3.4 */
const victoriaVersion = '2.24.0';

/** Asks a server what it is; undefined when it does not tell. */
export async function askServerKind(
  pools: UpstreamPools,
  target: UpstreamTarget,
  deadlineMs: number,
): Promise<ServerKind | undefined> {
  try {
    const { signal } = new AbortController();
    const path = '/api/v1/status/buildinfo';
    const { body } = await pools.openApi(target, { path, method: 'GET', deadlineMs, signal });
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(Uint8Array.from(chunk));
    const { data } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { data?: Record<string, string> };
    return data?.['version'] === victoriaVersion && data['revision'] === undefined ? 'other' : 'prometheus';
  } catch {
    return undefined;
  }
}
