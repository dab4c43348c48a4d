import { withoutUserInfo } from './without-user-info.ts';

const targetRegex = /^(\[[0-9A-Fa-f:.]+\]|[^\s/:@?#[\]\\]+):([0-9]{1,5})$/u;

/** What is wrong with the address of a replica, or undefined for a sound `host:port`. Never repeats a password. */
export function targetFault(target: string): string | undefined {
  const shown = JSON.stringify(withoutUserInfo(target));
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(target)) {
    return `expected host:port, got the URL ${shown}: use scheme and path_prefix of the shard`;
  }
  if (target.includes('@')) return `expected host:port, got ${shown}: user and password are not supported`;
  if (target.includes('/')) return `expected host:port, got ${shown}: use path_prefix of the shard for a path`;
  const match = targetRegex.exec(target);
  if (match === null) {
    const hint = /^[^\s:]+$/.test(target) ? ': the port is missing' : '';
    return `expected host:port, got ${shown}${hint}`;
  }
  const port = Number(match[2]);
  if (port < 1 || port > 65_535) return `expected a port from 1 to 65535, got ${port}`;
  if (!URL.canParse(`http://${target}`)) return `expected host:port, got ${shown}: no such host name can exist`;
  return undefined;
}

/** Equal for two spellings of one address; `target` must be sound. */
export function normalizedTarget(target: string): string {
  const { hostname, port } = new URL(`http://${target}`);
  return `${hostname}:${port === '' ? '80' : port}`;
}
