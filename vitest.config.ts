import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^server-only$/, replacement: `${root}tests/server-only.ts` },
      { find: /^@\//, replacement: root },
    ],
  },
  test: {
    include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"],
    exclude: ["tests/e2e/**"],
    env: { LOG_LEVEL: "silent" },
    globalSetup: ["tests/postgres.ts"],
    setupFiles: ["tests/setup.ts"],
    // By default, Vitest leaves one core to its own process, which has little to do. With two cores, that doubles the
    // time.
    maxWorkers: "100%",
    // Some tests render real videos, and CI has only two cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    unstubEnvs: true,
    unstubGlobals: true,
  },
});
