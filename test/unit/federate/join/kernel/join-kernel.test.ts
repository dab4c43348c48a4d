import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createJoinKernel } from '../../../../../src/federate/join/kernel/join-kernel.ts';

const folder = 'src/federate/join/kernel';

describe('the module of the kernel', () => {
  it('is what its source compiles to; `npm run kernel` writes it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'promgate-kernel-'));
    const built = join(directory, 'out.wasm');
    try {
      execFileSync('node_modules/.bin/asc', ['--config', `${folder}/asconfig.json`, '--outFile', built]);
      expect(readFileSync(built).equals(readFileSync(`${folder}/join-kernel.wasm`))).toBe(true);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('a machine without vector instructions', () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('has no kernel', () => {
    const { CompileError } = WebAssembly;
    vi.stubGlobal('WebAssembly', { CompileError, Module: failing(new CompileError('Wasm SIMD unsupported')) });
    expect(createJoinKernel()).toBeUndefined();
  });

  it('is not taken for one whose kernel is broken', () => {
    const { CompileError } = WebAssembly;
    vi.stubGlobal('WebAssembly', { CompileError, Module: failing(new Error('out of memory')) });
    expect(() => createJoinKernel()).toThrow('out of memory');
  });
});

/** A constructor that throws. */
function failing(error: Error): () => never {
  return function Module() {
    throw error;
  };
}
