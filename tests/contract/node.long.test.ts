import { createFalClient } from "@fal-ai/client";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type LocalFalProcess, startLocalFalProcess } from "./local-fal-process.ts";
import { type Contract, type Row, rows } from "./rows.ts";

// Set by `npm run contract -- --upstream fal`. Only then do requests go to fal, and cost money.
const isRealFal = process.env.CONTRACT_UPSTREAM === "fal";
const TIMEOUT_MS = isRealFal ? 15 * 60_000 : 30_000;

let local: LocalFalProcess | undefined;

beforeAll(async () => {
  // The client warns about where tokens should be made.
  vi.spyOn(console, "warn").mockImplementation(() => {});
  if (!isRealFal) local = await startLocalFalProcess("--concurrency", "2");
});

afterAll(() => local?.stop());

describe(`the official client at ${isRealFal ? "fal" : "the local fal"}`, () => {
  for (const row of rows.filter(({ clients }) => clients.includes("node"))) {
    test.skipIf(isRealFal && row.forcesFailure)(
      toTitle(row),
      () => row.run(isRealFal ? atFal() : atLocalFal(local?.origin ?? "")),
      TIMEOUT_MS,
    );
  }
});

test("gives every row a unique title and a section of the reference", () => {
  expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length);
  expect(rows.filter(({ section }) => !/^\d+(\.\d+)?(, \d+(\.\d+)?)*$/.test(section))).toEqual([]);
});

function toTitle({ title, section }: Row): string {
  return `${title} (section ${section})`;
}

function atLocalFal(origin: string): Contract {
  const connect: Contract["connect"] = (config) =>
    createFalClient({
      credentials: "id:secret",
      fetch: (url, init) => fetch(String(url).replace(/^https:\/\//, `${origin}/`), init),
      ...config,
    });
  const model = "fal-ai/minimax-video";
  const imageModel = `${model}/image-to-video`;
  return { fal: connect({}), connect, model, imageModel, pollInterval: 20 };
}

function atFal(): Contract {
  const connect: Contract["connect"] = (config) =>
    createFalClient({ credentials: process.env.FAL_KEY, ...config });
  const model = "fal-ai/minimax/video-01";
  const imageModel = `${model}/image-to-video`;
  return { fal: connect({}), connect, model, imageModel, pollInterval: 2000 };
}
