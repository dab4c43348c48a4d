import { childPointer } from '../source/pointer.ts';
import type { Findings } from '../source/findings.ts';

const bcryptHash = /^\$2[abxy]?\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/** A check of this cost takes about five seconds; bcrypt knows up to 31, which would take days. */
const maxBcryptCost = 16;
const minBcryptCost = 4;

/** Finds fault with hashes without ever showing one. */
export function checkUsers(users: Readonly<Record<string, string>>, findings: Findings): void {
  for (const [user, hash] of Object.entries(users)) {
    const fault = faultOf(hash);
    if (fault !== undefined) findings.error(childPointer('/basic_auth_users', user), fault);
  }
}

function faultOf(hash: string): string | undefined {
  const cost = bcryptCost(hash);
  if (cost === undefined) return 'expected a bcrypt hash such as `htpasswd -nBC 10 ""` prints, got something else';
  if (cost >= minBcryptCost && cost <= maxBcryptCost) return undefined;
  return `bcrypt cost ${cost} is outside of ${minBcryptCost} to ${maxBcryptCost}: make the hash anew`;
}

/** The cost that a hash was made with; undefined for what is no bcrypt hash. */
function bcryptCost(hash: string): number | undefined {
  const cost = bcryptHash.exec(hash)?.[1];
  return cost === undefined ? undefined : Number(cost);
}
