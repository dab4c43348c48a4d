import { setImmediate as nextTurn } from 'node:timers/promises';
import { createDataSet } from '../data/data-sets.ts';
import type { Place } from '../data/data-set.ts';
import { renderPatchedFamily, writeFamilyNumber } from '../data/patched-families.ts';
import { renderFamilies, type RenderedFamily } from '../data/render-body.ts';
import { frameChunks } from './chunked-framing.ts';
import type { NameMatcher } from './name-matcher.ts';
import type { ReplaySpec } from './replay-spec.ts';

/** Writes `bytes` and resolves once they may be changed again; false when the client is gone. */
type WriteBytes = (bytes: Uint8Array) => Promise<boolean>;

const FAMILIES_PER_TURN = 4;

/** The body of one replica. */
export interface ReplayBody {
  /** Sends the framed body without the last chunk. */
  send(matches: NameMatcher | undefined, write: WriteBytes): Promise<boolean>;
}

export function createReplayBody(spec: ReplaySpec, place: Place): ReplayBody {
  return spec.mode === 'stream' ? createStreamedBody(spec, place) : createStoredBody(spec, place);
}

/** Framed once; a request for a part of the families is cut from the plain bytes and framed anew. */
function createStoredBody(spec: ReplaySpec, place: Place): ReplayBody {
  const families = spec.dataSet === 'uniform-families' ? patchedFamilies(spec, place) : namedFamilies(spec, place);
  const whole = frameChunks(Buffer.concat(families.map((family) => family.bytes)), spec.chunkBytes).bytes;
  return {
    send(matches, write) {
      if (matches === undefined) return write(whole);
      const part = Buffer.concat(families.filter((family) => matches(family.name)).map((family) => family.bytes));
      return write(frameChunks(part, spec.chunkBytes).bytes);
    },
  };
}

function namedFamilies(spec: ReplaySpec, place: Place): RenderedFamily[] {
  return [...renderFamilies(createDataSet(spec.dataSet, spec.size), { place, nowMs: spec.nowMs })];
}

/** The same bytes as {@link namedFamilies}, many times faster: one family is rendered, the others are copies. */
function patchedFamilies(spec: ReplaySpec, place: Place): RenderedFamily[] {
  if (spec.size.gaps === true) return namedFamilies(spec, place);
  const data = createDataSet(spec.dataSet, spec.size);
  const { bytes, digits } = renderPatchedFamily(data.seriesPerFamily, { place, nowMs: spec.nowMs });
  return Array.from({ length: data.families }, (_, family) => {
    writeFamilyNumber(bytes, digits, family);
    return { name: data.familyName(family), bytes: Buffer.from(bytes) };
  });
}

/** Each request owns one framed family that it renumbers between writes. */
function createStreamedBody(spec: ReplaySpec, place: Place): ReplayBody {
  const data = createDataSet(spec.dataSet, spec.size);
  const family = renderPatchedFamily(data.seriesPerFamily, { place, nowMs: spec.nowMs });
  const framed = frameChunks(family.bytes, spec.chunkBytes);
  const digits = family.digits.map((position) => framed.position(position));
  return {
    async send(matches, write) {
      const bytes = Buffer.from(framed.bytes);
      for (let number = 0; number < data.families; number++) {
        if (matches !== undefined && !matches(data.familyName(number))) continue;
        writeFamilyNumber(bytes, digits, number);
        if (!(await write(bytes))) return false;
        // A kernel that takes every write at once would let this loop keep all other connections waiting.
        if (number % FAMILIES_PER_TURN === 0) await nextTurn();
      }
      return true;
    },
  };
}
