import { defineConfig, type ViteUserConfig } from 'vitest/config';

// A busy machine is slow: what is polled for comes, only later.
const poll = { timeout: 10_000 };
const withServers = {
  globalSetup: ['test/servers/global-setup.ts'],
  testTimeout: 120_000,
  hookTimeout: 300_000,
  expect: { poll },
};

/** Nothing in them depends on how long something takes: a second file may take half of the machine. */
const answers = [
  'test/conformance/**/*.test.ts',
  'test/integration/servers/*.test.ts',
  'test/integration/{group-limit,http-client-keys,many-selections,outbound-tls,remote-read,route-prefix}.test.ts',
  'test/integration/{secured-lists,tenants,threads,under-way}.test.ts',
  'test/e2e/{demo,guides,outbound-security,published,query-clients,query-faults,query-web-ui}.test.ts',
];

const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ['default'],
    // The projects run one after another.
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/{unit,property,fuzz,architecture,docs}/**/*.test.ts'],
          testTimeout: 30_000,
          expect: { poll },
          // By default one core is left free, which of two is half of them.
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'answers',
          include: answers,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          ...withServers,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/{integration,e2e,conformance}/**/*.test.ts'],
          exclude: answers,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          ...withServers,
        },
      },
    ],
  },
});

export default config;
