import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Most tests wait for a process of their own: a core left free for the runner would be idle.
    maxWorkers: '100%',
  },
});
