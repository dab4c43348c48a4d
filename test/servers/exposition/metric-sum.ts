/** Sum over the series of a metric whose labels, as text, contain `labels`. @throws an `Error` where there is none. */
export function metricSum(metrics: string, name: string, labels = ''): number {
  const isWanted = (line: string): boolean =>
    (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(labels);
  const lines = metrics.split('\n').filter(isWanted);
  if (lines.length === 0) throw new Error(`no series ${name}{…${labels}…} in:\n${metrics}`);
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
