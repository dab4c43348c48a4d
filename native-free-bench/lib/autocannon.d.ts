/** The part of autocannon that the benches use; the package has no types of its own. */
declare module 'autocannon' {
  interface Request {
    path?: string;
  }

  /** Of one connection, for its user to keep what it wants from a request to its answer. */
  interface Context {
    path?: string;
  }

  interface Requests {
    readonly setupRequest: (request: Request, context: Context) => Request;
    readonly onResponse?: (status: number, body: string, context: Context) => void;
  }

  interface Options {
    readonly url: string;
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
    /** Seconds. */
    readonly timeout: number;
    readonly requests?: readonly Requests[];
    readonly verifyBody?: (body: string) => boolean;
  }

  interface Result {
    /** Milliseconds. */
    readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
    readonly requests: { readonly total: number };
    /** Bytes. */
    readonly throughput: { readonly total: number };
    /** Seconds. */
    readonly duration: number;
    readonly errors: number;
    readonly timeouts: number;
    readonly mismatches: number;
    readonly non2xx: number;
  }

  export default function autocannon(options: Options): Promise<Result>;
}
