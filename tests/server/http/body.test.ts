import { expect, test } from "vitest";
import { z } from "zod";
import { readJson, readJsonText } from "@/lib/server/http/body";

const post = (body: BodyInit, type = "application/json") =>
  readJsonText(
    new Request("http://x/", { method: "POST", headers: { "content-type": type }, body }),
  );

test("reads the text as it was written", async () => {
  expect(await post('{"prompt":"café 🚀"}')).toBe('{"prompt":"café 🚀"}');
});

test("refuses bytes that are not UTF-8 instead of replacing them", async () => {
  const bytes = new Uint8Array([0x22, 0xff, 0xfe, 0xc0, 0xaf, 0x22]);
  await expect(post(bytes)).rejects.toMatchObject({ code: "bad_request" });
});

test("refuses a null character, which Postgres can't store", async () => {
  const read = (body: string) =>
    readJson(
      new Request("http://x/", {
        ...{ method: "POST", headers: { "content-type": "application/json" }, body },
      }),
      z.strictObject({ title: z.string(), ids: z.array(z.string()) }),
    );
  expect(await read('{"title":"a\\\\u0000","ids":[]}')).toEqual({ title: "a\\u0000", ids: [] });
  for (const body of ['{"title":"a\\u0000b","ids":[]}', '{"title":"","ids":["\\u0000"]}'])
    await expect(read(body)).rejects.toMatchObject({ code: "bad_request" });
});

test("refuses a form of another site that looks like JSON", async () => {
  await expect(post("{}", "text/plain")).rejects.toMatchObject({ code: "bad_request" });
});
