import { childPointer } from '../source/pointer.ts';
import type { CheckContext } from './check-context.ts';

/** Reports remainders that the modulus cannot give, and such without a rule. */
export function checkHashmod({ shards, modulus, findings }: CheckContext): void {
  for (const { value, pointer } of shards) {
    const index = value.hashmod_index;
    if (index === undefined) continue;
    const at = childPointer(pointer, 'hashmod_index');
    if (modulus === undefined) {
      findings.error(at, 'needs sharding.hashmod, which says what was hashed');
    } else if (index >= modulus) {
      findings.error(at, `${index} is no remainder of sharding.hashmod.modulus ${modulus}: at most ${modulus - 1}`);
    }
  }
}
