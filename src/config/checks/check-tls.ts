import type { RawTls } from '../raw-http-client.ts';
import { childPointer } from '../source/pointer.ts';
import { isGiven, refuseSeveral, type Section } from './exclusive-keys.ts';

/** Reports what of a `tls_config` is given twice, half, or the wrong way round. */
export function checkTls(tls: RawTls, section: Section): void {
  const { pointer, findings } = section;
  refuseSeveral(section, ['ca', 'ca_file']);
  refuseSeveral(section, ['cert', 'cert_file']);
  refuseSeveral(section, ['key', 'key_file']);
  const hasCert = isGiven(tls.cert) || isGiven(tls.cert_file);
  const hasKey = isGiven(tls.key) || isGiven(tls.key_file);
  if (hasCert && !hasKey) {
    findings.error(pointer, 'a client certificate needs its key: give key or key_file', { part: 'key' });
  }
  if (hasKey && !hasCert) {
    findings.error(pointer, 'a client key needs its certificate: give cert or cert_file', { part: 'key' });
  }
  const { min_version: min, max_version: max } = tls;
  // The names sort like the versions.
  if (min === undefined || max === undefined || min <= max) return;
  findings.error(childPointer(pointer, 'max_version'), `${max} is older than min_version ${min}`);
}
