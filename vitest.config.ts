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
    // Left to itself it leaves a core to its own process, which has little to do: on two cores, half the time.
    maxWorkers: "100%",
    // Real videos are rendered, and CI has two cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    unstubEnvs: true,
    unstubGlobals: true,
  },
});
