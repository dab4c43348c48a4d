import { Counter, type Registry } from 'prom-client';

type FederateResult = 'complete' | 'partial' | 'failed';

type FanOutResult = FederateResult | 'client_gone';

export interface FederateMetrics {
  /** One answer to one client; counted where answers are sent. */
  countResponse(result: FederateResult): void;
  /** One reading of all shards, whoever shared it; counted where shards are read. */
  countFanOut(result: FanOutResult): void;
  countShared(): void;
  countReused(): void;
  countClientCut(): void;
  countConflicts(series: number): void;
}

export function createFederateMetrics(registry: Registry): FederateMetrics {
  const registers = [registry];
  const responses = new Counter({
    name: 'promgate_federate_responses_total',
    help: 'Answers to clients: complete, partial (a shard was missing and the answer said so) or failed.',
    labelNames: ['result'] as const,
    registers,
  });
  for (const result of ['complete', 'partial', 'failed']) responses.inc({ result }, 0);
  const fanOuts = new Counter({
    name: 'promgate_federate_fan_outs_total',
    help: 'Readings of all shards by result; client_gone = every client left before the end.',
    labelNames: ['result'] as const,
    registers,
  });
  for (const result of ['complete', 'partial', 'failed', 'client_gone']) fanOuts.inc({ result }, 0);
  const shared = new Counter({
    name: 'promgate_federate_shared_requests_total',
    help: 'Requests that joined the fan-out of an equal request.',
    registers,
  });
  const reused = new Counter({
    name: 'promgate_federate_reused_total',
    help: 'Requests that got a kept answer to an equal request.',
    registers,
  });
  const cut = new Counter({
    name: 'promgate_federate_clients_cut_total',
    help: 'Clients cut off because they read too slowly.',
    registers,
  });
  const conflicts = new Counter({
    name: 'promgate_series_conflicts_total',
    help: 'Series that came from more than one shard and left once.',
    registers,
  });
  return {
    countResponse: (result) => responses.inc({ result }),
    countFanOut: (result) => fanOuts.inc({ result }),
    countShared: () => shared.inc(),
    countReused: () => reused.inc(),
    countClientCut: () => cut.inc(),
    countConflicts: (series) => conflicts.inc(series),
  };
}
