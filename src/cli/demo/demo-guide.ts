import type { DemoTarget } from './demo-target.ts';

export interface DemoGuide {
  /** `http://host:port` of the gateway. */
  readonly gatewayUrl: string;
  readonly controlUrl: string;
  readonly lookbackSeconds: number;
  readonly targets: readonly DemoTarget[];
}

/** What the demo prints when it is up: what runs, and commands to try, ready to paste. */
export function demoGuide({ gatewayUrl, controlUrl, lookbackSeconds, targets }: DemoGuide): string {
  const shards = [...new Set(targets.map(({ shard }) => shard))];
  const [shard = '', replica = ''] = [shards[0], targets[0]?.replica];
  const perShard = targets.length / shards.length;
  return `
promgate demo: the fleet behind this gateway is SIMULATED (${shards.length} shards x ${perShard} replicas, made-up numbers,
no Prometheus is running). The gateway is the real one and reads the fleet over HTTP. No --config.file was given,
which is why you see this. Ctrl-C ends it.

  gateway        ${gatewayUrl}
  fleet control  ${controlUrl}

Things to try:

  Job-level series over the whole fleet, re-aggregated from the shards' slave:* rules:
    curl -sG ${gatewayUrl}/federate --data-urlencode 'match[]={__name__=~"job:.*"}'

  Every series of one job, each once, although two replicas serve it:
    curl -sG ${gatewayUrl}/federate --data-urlencode 'match[]={job="api"}'

  The gateway's own metrics:
    curl -s ${gatewayUrl}/metrics

  Kill a replica; the job-level series above do not change:
    curl -X POST ${controlUrl}/kill/${replica}

  Kill the whole shard: promgate_federate_shard_up{shard="${shard}"} turns 0 at once, and after lookback_delta (${lookbackSeconds}s)
  the sums that miss it are withheld, because a sum over part of the fleet would be wrong:
    curl -X POST ${controlUrl}/kill/${shard}

  Bring it back:
    curl -X POST ${controlUrl}/revive/${shard}
`;
}
