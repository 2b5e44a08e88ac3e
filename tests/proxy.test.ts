import { globSync } from "node:fs";
import { unstable_doesMiddlewareMatch as doesMatch } from "next/experimental/testing/server";
import { expect, test } from "vitest";
import { config } from "@/proxy";

const pathsOf = (file: string) =>
  globSync(`app/**/${file}`).map((found) => {
    const folders = found.split("/").slice(1, -1);
    return `/${folders.map((name) => name.replace(/^\[.*\]$/, "some-name")).join("/")}`;
  });

test.each([...pathsOf("page.tsx"), "/no-such-page", "/keyboard", "/videos/one"])(
  "%s, which React renders, gets the policy",
  (url) => expect(doesMatch({ config, url })).toBe(true),
);

test.each(pathsOf("route.ts"))("%s, a route of our own, is left alone", (url) =>
  expect(doesMatch({ config, url })).toBe(false),
);
