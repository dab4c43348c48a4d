import type { PartialResponse } from '../config/config.ts';
import type { EscapingScheme } from '../exposition/escaping.ts';

/** One `/federate` request, independent of HTTP. */
export interface FederateRequest {
  /** `match[]` as the client wrote them; empty = the configured default. Not parsed yet. */
  readonly match: readonly string[];
  readonly partialResponse: PartialResponse;
  /** `false` leaves replicas apart, replica labels included. */
  readonly dedup: boolean;
  readonly escaping: EscapingScheme;
  /** Whose view it is; undefined = one who may see everything. */
  readonly tenant: string | undefined;
  /** What the client allows for the whole answer, as it said it: the service takes its own margin off. */
  readonly timeoutMs?: number;
}

export interface FederateAnswer {
  /**
   * Whether a shard is known to be missing. Read before the first byte for the header; may turn from false to true
   * while the body is read, and is final once the body has ended.
   */
  readonly partial: boolean;
  /**
   * Text exposition, one pass. A chunk is valid only until the next one is asked for. Throws a GatewayError when the
   * answer cannot be completed: the client's connection must then be destroyed, never ended.
   */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface FederateService {
  /**
   * Resolves when the first byte is near. Ends its work soon after `signal` fires or the body's iterator is returned.
   * A resolved answer must be consumed or returned: its body holds upstream reads open.
   * @throws GatewayError for everything that can still be answered with a status.
   */
  federate(request: FederateRequest, signal: AbortSignal): Promise<FederateAnswer>;
}
