import { expect, it } from 'vitest';
import { negotiateFormat } from '../../../src/exposition/negotiate.ts';

const scraper =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const protobuf = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7';

// Checked against Prometheus 3.5, except for the protobuf rows.
it.each([
  [undefined, 'underscores'],
  ['', 'underscores'],
  ['*/*', 'underscores'],
  ['*', 'underscores'],
  [scraper, 'allow-utf-8'],
  [`${protobuf},${scraper}`, 'allow-utf-8'],
  [protobuf.replace(';q', ';escaping=dots;q'), 'dots'],
  ['text/plain;escaping=dots', 'dots'],
  ['text/plain; version=0.0.4; escaping=values', 'values'],
  ['text/plain;version=0.0.4;escaping=underscores', 'underscores'],
  ['text/plain;escaping=nonsense', 'underscores'],
  ['application/openmetrics-text;escaping=dots', 'dots'],
  ['text/plain;version=1.0.0;escaping=dots,text/plain;version=0.0.4', 'dots'],
  ['text/plain,application/json;escaping=dots', 'underscores'],
  ['text/plain;q=0.1,application/json;escaping=dots', 'dots'],
  ['text/plain;q=0.1;escaping=values,application/json;escaping=dots;q=0.2', 'values'],
  ['text/plain;q=nonsense,application/json;escaping=dots;q=0.1', 'dots'],
  ['*/*;escaping=dots,text/plain', 'underscores'],
  ['TEXT/PLAIN;escaping=dots', 'dots'],
  ['text;escaping=dots', 'underscores'],
  ['text/plain/x;escaping=dots', 'underscores'],
  ['text/plain;escaping=dots=x', 'underscores'],
  ['text/plain; escaping = dots ', 'dots'],
])('for Accept %j escapes with %s', (accept, escaping) => {
  expect(negotiateFormat(accept)).toEqual({
    contentType: `text/plain; version=0.0.4; charset=utf-8; escaping=${escaping}`,
    escaping,
  });
});
