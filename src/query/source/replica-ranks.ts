/** Which replicas of a shard one query asks, and which only when none of those answers. */
export class ReplicaRanks<Replica extends { readonly name: string }> {
  readonly #inOrder: readonly Replica[];
  readonly #avoided: Set<Replica>;

  /** `inOrder`: the leader first; `avoided`: not all of them. */
  constructor(inOrder: readonly Replica[], avoided: readonly Replica[]) {
    this.#inOrder = inOrder;
    this.#avoided = new Set(avoided);
  }

  /** In order; at least one. */
  get replicas(): readonly Replica[] {
    return this.#inOrder.filter((replica) => !this.#avoided.has(replica));
  }

  /** In order. */
  get spare(): readonly Replica[] {
    return this.#inOrder.filter((replica) => this.#avoided.has(replica));
  }

  /** From now on it is a spare one, unless it is the last that is not. False where it has been one. */
  avoid(name: string): boolean {
    const { replicas } = this;
    const replica = replicas.find((one) => one.name === name);
    if (replica !== undefined && replicas.length > 1) this.#avoided.add(replica);
    return replica !== undefined;
  }
}
