/**
 * The labels of one series as PromQL sees them: a flat list `[name, value, name, value, …]` sorted by name (UTF-8 bytes),
 * names unique, no empty value, the metric name among them as `__name__`. Never mutated once built.
 */
export type SeriesLabels = readonly string[];
