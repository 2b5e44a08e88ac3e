import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { makeNotices } from "../../scripts/third-party";

// Packages for other platforms than the one where this lock file was made. npm finds them only by their version.
const withoutIntegrity = [
  "darwin-arm64",
  "darwin-x64",
  "linux-arm-gnueabihf",
  "linux-arm64-gnu",
  "linux-arm64-musl",
  "win32-arm64-msvc",
  "win32-x64-msvc",
].map((platform) => `node_modules/@napi-rs/webcodecs-${platform}`);

test("the third-party notices are up to date", async () => {
  const kept = await readFile(new URL("../../THIRD_PARTY_NOTICES.md", import.meta.url), "utf8");
  expect(kept === (await makeNotices()), "npm run notices").toBe(true);
});

test.each([
  "libheif",
  "LGPL-3.0",
  "MPL-2.0",
  "x264 and x265",
  "H.264 and HEVC are covered by patents",
])("the third-party notices name %s", async (words) => {
  expect((await makeNotices()).replaceAll("\n", " ")).toContain(words);
});

test("every entry of the lock file has the hash of its package, and none an address", async () => {
  const lock = await readFile(new URL("../../package-lock.json", import.meta.url), "utf8");
  const { packages } = JSON.parse(lock) as { packages: Record<string, Entry> };
  const entries = Object.entries(packages).filter(([folder]) => folder !== "");

  expect(entries.filter(([, { resolved }]) => resolved?.includes("://"))).toEqual([]);
  const unhashed = entries
    // The hash of a package covers what is bundled with it.
    .filter(([, { integrity, inBundle }]) => !inBundle && !integrity?.startsWith("sha512-"))
    .map(([folder]) => folder);
  expect(unhashed).toEqual(withoutIntegrity);
});

type Entry = { integrity?: string; resolved?: string; inBundle?: boolean };
