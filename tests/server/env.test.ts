import { expect, test } from "vitest";
import { parseEnv } from "@/lib/server/env";

test("needs nothing", () => {
  expect(parseEnv({})).toMatchObject({ MEDIA_URL: "file:data/media", LOCAL_FAL_CONCURRENCY: 1 });
});

test("treats an empty value as not set", () => {
  expect(parseEnv({ FAL_KEY: "", FAL_UPSTREAM: "" })).not.toHaveProperty("FAL_KEY");
});

test("does not start in production with a key that anybody could spend", () => {
  expect(() => parseEnv({ NODE_ENV: "production", FAL_KEY: "id:secret" })).toThrow(/ALLOW_PUBLIC/);
});

test("starts with a key and a password", () => {
  const guarded = { NODE_ENV: "production", FAL_KEY: "id:secret", ACCESS_PASSWORD: "open sesame" };
  expect(parseEnv(guarded)).toMatchObject({ ALLOW_PUBLIC: false });
  expect(() => parseEnv({ ...guarded, ACCESS_PASSWORD: "short" })).toThrow(/ACCESS_PASSWORD/);
});

test("does not start for the public without a budget", () => {
  const open = { NODE_ENV: "production", FAL_KEY: "id:secret", ALLOW_PUBLIC: "true" };
  expect(() => parseEnv(open)).toThrow(/BUDGET_USD_PER_DAY/);
  expect(parseEnv({ ...open, BUDGET_USD_PER_DAY: "5" })).toMatchObject({ BUDGET_USD_PER_DAY: 5 });
});

test("does not start on Postgres without a secret that several servers can share", () => {
  const shared = { NODE_ENV: "production", DATABASE_URL: "postgres://db/firstframe" };
  expect(() => parseEnv(shared)).toThrow(/SESSION_SECRET/);
  expect(parseEnv({ ...shared, SESSION_SECRET: "s".repeat(32) })).toBeDefined();
});

test("reads prices from the environment", () => {
  const prices = '{"fal-ai/minimax-video": 0.4}';
  expect(parseEnv({ MODEL_PRICES_USD: prices }).MODEL_PRICES_USD).toEqual({
    "fal-ai/minimax-video": 0.4,
  });
  expect(() => parseEnv({ MODEL_PRICES_USD: "0.4" })).toThrow(/MODEL_PRICES_USD/);
});

test("reports all mistakes in one message, without secrets", () => {
  const read = () =>
    parseEnv({
      NODE_ENV: "production",
      FAL_KEY: "id:secret",
      FAL_UPSTREAM: "ftp://x",
      LOCAL_FAL_CONCURRENCY: "none",
    });
  expect(read).toThrow(/FAL_UPSTREAM/);
  expect(read).toThrow(/LOCAL_FAL_CONCURRENCY/);
  expect(read).toThrow(/ALLOW_PUBLIC/);
  expect(read).not.toThrow(/secret/);
});

test.each([
  ["PUBLIC_URL", "film.example", /an address such as https:\/\/film\.example/],
  ["PUBLIC_URL", "https://film.example/studio", /an address without a path/],
  ["FAL_UPSTREAM", "ftp://x", /an address such as https:\/\/film\.example/],
  ["PORT", "abc", /a whole number from 0 to 65535/],
  ["KEEP_DAYS", "-1", /a whole number from 1 to 36500/],
  ["MEDIA_QUOTA_GB", "abc", /a number of gigabytes above 0/],
  ["BUDGET_USD_PER_DAY", "-1", /a number of dollars above 0/],
  ["HOST", "999.1.1.1", /a host name or an address of this machine/],
  ["HOST", "http://127.0.0.1", /a host name or an address of this machine/],
])("refuses %s=%s in plain words", (name, value, words) => {
  expect(() => parseEnv({ [name]: value })).toThrow(words);
});

test.each(["0.0.0.0", "::", "localhost", "film.example"])("listens on %s", (HOST) => {
  expect(parseEnv({ HOST }).HOST).toBe(HOST);
});

test("keeps origins and base addresses without a trailing slash", () => {
  expect(
    parseEnv({ PUBLIC_URL: "https://film.example/", FAL_UPSTREAM: "http://127.0.0.1:8787/" }),
  ).toMatchObject({
    PUBLIC_URL: "https://film.example",
    FAL_UPSTREAM: "http://127.0.0.1:8787",
  });
});
