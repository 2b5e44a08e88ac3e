import { gzipSync } from "node:zlib";
import type { APIRequestContext } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

// The page for an unknown address shows a few words without a script of its own, so its script is Next's minimum.
test("loads at most 20 kB of script above an empty page", async ({ request }) => {
  const studio = await firstLoadBytes(request, "/");
  const floor = await firstLoadBytes(request, "/no-such-page");
  console.log(`First load: ${studio} bytes gzipped, floor ${floor}, ours ${studio - floor}`);
  expect(floor).toBeGreaterThan(50_000);
  expect(studio - floor).toBeGreaterThan(0);
  expect(studio - floor).toBeLessThanOrEqual(20_000);
});

async function firstLoadBytes(request: APIRequestContext, path: string): Promise<number> {
  const html = await (await request.get(path)).text();
  // Current browsers ignore `nomodule` scripts and fetch preloaded ones.
  const scripts = [...html.matchAll(/<script\b[^>]*?\bsrc="([^"]+)"[^>]*>/g)]
    .filter(([tag]) => !/\bnomodule\b/i.test(tag))
    .map(([, source = ""]) => source);
  const preloads = [...html.matchAll(/<link\b[^>]*?\bhref="([^"]+\.js)"[^>]*>/g)].map(
    ([, source = ""]) => source,
  );
  const sizes = await Promise.all(
    [...new Set([...scripts, ...preloads])].map(
      async (source) => gzipSync(await (await request.get(source)).body()).length,
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
