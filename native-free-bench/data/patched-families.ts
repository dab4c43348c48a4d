import { familyLines, type RenderOptions } from './render-body.ts';
import { createUniformFamilies, uniformFamilyNumber } from './uniform-families.ts';

/**
 * One rendered family of the uniform data set that can be turned into any other one by writing the digits of its number:
 * a body of any length then costs one family of memory and a few thousand byte writes a family.
 */
export interface PatchedFamily {
  readonly bytes: Buffer;
  /** Offsets in `bytes` of all digits of the family number: most significant first, `width` per occurrence. */
  readonly digits: Uint32Array;
}

export function renderPatchedFamily(seriesPerFamily: number, options: RenderOptions): PatchedFamily {
  const data = createUniformFamilies({ families: 1, seriesPerFamily });
  const lines = [...familyLines(data, 0, options)];
  const { offset, width } = uniformFamilyNumber;
  const digits = new Uint32Array(lines.length * width);
  let start = 0;
  for (const [index, line] of lines.entries()) {
    const name = start + (index === 0 ? '# TYPE '.length : 0) + offset;
    for (let digit = 0; digit < width; digit++) digits[index * width + digit] = name + digit;
    start += line.length;
  }
  return { bytes: Buffer.concat(lines), digits };
}

/** Turns the family in `bytes` into number `family`, in place. `digits` must be those of `bytes`. */
export function writeFamilyNumber(bytes: Uint8Array, digits: Uint32Array, family: number): void {
  const { width } = uniformFamilyNumber;
  const text = Buffer.from(String(family).padStart(width, '0'));
  for (let i = 0; i < digits.length; i += width) {
    for (let digit = 0; digit < width; digit++) bytes[digits[i + digit]!] = text[digit]!;
  }
}
