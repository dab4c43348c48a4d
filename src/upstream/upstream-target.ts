import type { Pool } from 'undici';

import type { ReplicaConfig } from '../config/config.ts';

/** A replica, and whether to ask it for gzip. */
export type UpstreamTarget = ReplicaConfig & { readonly enableCompression: boolean };

export interface ReadLimits {
  /** Unix ms; covers the whole read, to the last byte of the body. */
  readonly deadlineMs: number;
  /** Ends the read at once; a reason that is a GatewayError becomes the error of the read. */
  readonly signal: AbortSignal;
}

/** What a read needs beside its target. */
export interface ReadContext {
  readonly pool: Pool;
  readonly userAgent: string;
  readonly now: () => number;
}

/** Path of the replica's URL without a trailing slash: `""` or `/prefix`. */
export function basePath(target: UpstreamTarget): string {
  return new URL(target.url).pathname.replace(/\/+$/, '');
}
