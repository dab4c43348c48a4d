import { defineConfig, type ViteUserConfig } from 'vitest/config';

// A busy machine is slow: what is polled for comes, only later.
const poll = { timeout: 10_000 };
const slow = { testTimeout: 120_000, hookTimeout: 300_000 };

const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,property,fuzz,architecture,docs}/**/*.test.ts'],
          testTimeout: 30_000,
          expect: { poll },
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/{integration,e2e,conformance}/**/*.test.ts'],
          globalSetup: ['test/servers/global-setup.ts'],
          fileParallelism: false,
          ...slow,
          expect: { poll },
        },
      },
    ],
  },
});

export default config;
