import { defineConfig } from 'vitest/config'

/** The workspaces are tested from their sources, so that a test never runs against a stale build. */
const source = (path: string): string => new URL(path, import.meta.url).pathname

const alias = [
  { find: /^@symphainy\/(protocol|client|react|gateway|testing)$/, replacement: source('./packages/') + '$1/src/index.ts' },
  { find: /^@symphainy\/(client|gateway|testing)\/(.+)$/, replacement: source('./packages/') + '$1/src/$2.ts' },
]

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.{ts,tsx}', 'symphainy-*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'docs/**/*.test.ts'],
          environment: 'node',
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000, interval: 20 } },
        },
      },
    ],
  },
})
