/** Where a server listens. */
export interface ListenAddress {
  /** `""` = every interface. */
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
}
