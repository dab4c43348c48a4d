/** Queries that a fleet cannot answer as one server does, each with the reason. At most five. */
export const knownDifferences: ReadonlyMap<string, string> = new Map();
