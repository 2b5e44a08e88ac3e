import { globSync } from "node:fs";
import { expect, test } from "vitest";
import { generationOf, routeOf } from "@/lib/server/requests/routes";

const routes = globSync("app/**/{route.ts,page.tsx}").map((file) => {
  const folders = file.split("/").slice(1, -1);
  return `/${folders.join("/")}`;
});

test.each(routes)("%s is named in the log by its own route", (route) => {
  const address = route
    .replace("[file]", "video.mp4")
    .replace("[...path]", "v3.fal.media/files/b/some.png")
    .replace(/\[\w+\]/g, "b6f2-some_id");
  expect(routeOf(`${address}?q=words`)).toBe(route);
});

test.each(["/evil.test", "/v/a/b/c", "/v/%7Bslug%7D", "/api/generations/a.b", "*", ""])(
  "whatever else is asked for is not repeated: %s",
  (address) => expect(routeOf(address)).toBe("other"),
);

test("the generation of an address is known by its id", () => {
  const id = crypto.randomUUID();
  expect(generationOf(`/media/${id}/video.mp4`)).toBe(id);
  expect(generationOf(`/api/generations/${id}?x=1`)).toBe(id);
  expect(generationOf(`/v/${id}`)).toBeUndefined();
});
