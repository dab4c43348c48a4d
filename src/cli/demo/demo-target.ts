/** One simulated replica, as the control server lists it. */
export interface DemoTarget {
  readonly shard: string;
  readonly replica: string;
  /** `host:port` */
  readonly address: string;
  readonly alive: boolean;
}
