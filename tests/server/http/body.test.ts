import { expect, test } from "vitest";
import { readJsonText } from "@/lib/server/http/body";

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

test("refuses a form of another site that looks like JSON", async () => {
  await expect(post("{}", "text/plain")).rejects.toMatchObject({ code: "bad_request" });
});
