import { expect, test } from "vitest";
import { parseEnv } from "@/lib/server/env";

test("needs nothing", () => {
  expect(parseEnv({})).toMatchObject({ MEDIA_URL: "file:data/media", LOCAL_FAL_CONCURRENCY: 1 });
});

test("takes an empty value for one that is not set", () => {
  expect(parseEnv({ FAL_KEY: "", FAL_UPSTREAM: "" })).not.toHaveProperty("FAL_KEY");
});

test("does not start in production with a key that anybody could spend", () => {
  expect(() => parseEnv({ NODE_ENV: "production", FAL_KEY: "id:secret" })).toThrow(/ALLOW_PUBLIC/);
});

test("starts with a key behind a password of its own", () => {
  const guarded = { NODE_ENV: "production", FAL_KEY: "id:secret", ACCESS_PASSWORD: "open sesame" };
  expect(parseEnv(guarded)).toMatchObject({ ALLOW_PUBLIC: false });
  expect(() => parseEnv({ ...guarded, ACCESS_PASSWORD: "short" })).toThrow(/ACCESS_PASSWORD/);
});

test("names every mistake in one message, and no secret", () => {
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

test("keeps origins and base addresses without a trailing slash", () => {
  expect(
    parseEnv({ PUBLIC_URL: "https://film.example/", FAL_UPSTREAM: "http://127.0.0.1:8787/" }),
  ).toMatchObject({
    PUBLIC_URL: "https://film.example",
    FAL_UPSTREAM: "http://127.0.0.1:8787",
  });
});
