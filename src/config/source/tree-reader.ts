import type { Alias, LineCounter, Node, Pair, YAMLMap } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Offsets } from './config-source.ts';
import type { Pointer } from './pointer.ts';
import { childPointer } from './pointer.ts';

export const maxDepth = 32;
const maxAliasedValues = 100_000;

/** Mappings of label values: an unquoted `1.10` there is the text as written, as in Prometheus, not a number. */
const textMappings: ReadonlySet<string> = new Set([
  'labels',
  'external_labels',
  'endpoint_params',
  'proxy_connect_header',
  'by_user',
]);

/** Texts, or lists of them, that often are digits: an unquoted password `007` is the text as written. */
const textKeys: ReadonlySet<string> = new Set([
  'username',
  'operators',
  'password',
  'credentials',
  'client_id',
  'client_secret',
  'scopes',
  'values',
  'secrets',
]);

/** A problem at an offset of the text. */
export interface Fault {
  readonly offset: number;
  readonly pointer: Pointer;
  readonly message: string;
}

interface Place {
  readonly pointer: Pointer;
  readonly depth: number;
  /** Offset of the mapping key that leads here. */
  readonly keyOffset?: number;
  /** Scalars are taken as written. */
  readonly textual?: boolean;
}

/** Turns the nodes of one document into plain values and notes where each came from; an aliased value, at its anchor. */
export class TreeReader {
  readonly offsets: Map<Pointer, Offsets> = new Map();
  readonly faults: Fault[] = [];
  readonly #lines: LineCounter;
  readonly #anchors = new Map<string, Node>();
  /** An alias stands for what its anchor meant where it was first read, though the anchor may be given anew later. */
  readonly #targets = new Map<Alias, Node>();
  #aliasesOpen = 0;
  #aliasedValues = 0;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  read(node: Node | null, place: Place = { pointer: '', depth: 0 }): unknown {
    const { pointer, depth, keyOffset } = place;
    const offset = node?.range?.[0] ?? keyOffset ?? 0;
    this.offsets.set(pointer, { key: keyOffset ?? offset, value: offset });
    if (depth > maxDepth) return this.#fault(offset, pointer, `nested deeper than ${maxDepth} levels`);
    if (this.#aliasesOpen > 0 && ++this.#aliasedValues > maxAliasedValues) return this.#tooManyAliased(offset, pointer);
    return isAlias(node) ? this.#readAlias(node, place) : this.#readValue(node, place);
  }

  #readValue(node: Node | null, place: Place): unknown {
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return null;
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isMap(node)) return this.#readMap(node, place);
    if (isSeq(node)) return node.items.map((item, i) => this.read(item as Node | null, listItem(place, i)));
    const asWritten = place.textual === true && node.value !== null && typeof node.value !== 'string';
    return asWritten ? node.source : node.value;
  }

  #readAlias(alias: Alias, place: Place): unknown {
    const target = this.#targets.get(alias) ?? this.#anchors.get(alias.source);
    if (target === undefined) {
      return this.#fault(alias.range?.[0] ?? 0, place.pointer, `no anchor "${alias.source}" before this alias`);
    }
    this.#targets.set(alias, target);
    this.#aliasesOpen++;
    const value = this.read(target, { ...place, depth: place.depth + 1 });
    this.#aliasesOpen--;
    return value;
  }

  #readMap(map: YAMLMap, place: Place): unknown {
    const mapping = Object.create(null) as Record<string, unknown>;
    const allTextual = textMappings.has(place.pointer.slice(place.pointer.lastIndexOf('/') + 1));
    for (const { key: keyNode, value } of map.items as Pair<Node, Node | null>[]) {
      const key = isScalar(keyNode) && typeof keyNode.value === 'string' ? keyNode.value : '';
      const textual = allTextual || textKeys.has(key);
      const at = { ...child(place, key), keyOffset: keyNode.range?.[0] ?? 0, textual };
      const refusal = this.#refuseKey(key, mapping, at.pointer);
      if (refusal === undefined) mapping[key] = this.read(value, at);
      else this.#fault(at.keyOffset, at.pointer, refusal);
    }
    return mapping;
  }

  #refuseKey(key: string, mapping: object, pointer: Pointer): string | undefined {
    if (key === '<<') return 'merge keys (<<) are not supported; an alias (*name) for a whole value is';
    if (!Object.hasOwn(mapping, key)) return undefined;
    const first = this.#lines.linePos(this.offsets.get(pointer)?.key ?? 0).line;
    return `duplicate key ${JSON.stringify(key)}, first given in line ${first}`;
  }

  #tooManyAliased(offset: number, pointer: Pointer): null {
    if (this.#aliasedValues > maxAliasedValues + 1) return null;
    return this.#fault(offset, pointer, `the aliases of this file stand for more than ${maxAliasedValues} values`);
  }

  #fault(offset: number, pointer: Pointer, message: string): null {
    this.faults.push({ offset, pointer, message });
    return null;
  }
}

/** Has no key of its own. */
function listItem(place: Place, index: number): Place {
  return { ...child(place, index), textual: place.textual === true };
}

function child(place: Place, key: string | number): Place {
  return { pointer: childPointer(place.pointer, key), depth: place.depth + 1 };
}
