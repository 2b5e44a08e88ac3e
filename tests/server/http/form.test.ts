import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readShareTarget } from "@/lib/server/pictures/share-target";

const heic = new URL("../../photos/phone.heic", import.meta.url);

test("reads a picture and its name", async () => {
  const form = new FormData();
  form.set("title", "A");
  form.set("picture", new File(["bytes"], "Café (1).jpg", { type: "image/jpeg" }));
  const handed = await readShareTarget(post(form));
  expect(handed).toMatchObject({ kind: "picture", name: "Café (1).jpg", type: "image/jpeg" });
  expect(handed.kind === "picture" && Buffer.from(handed.bytes).toString()).toBe("bytes");
});

test("reads an address in the text", async () => {
  const form = new FormData();
  form.set("text", "https://example.com/a.jpg");
  form.set("picture", new File([], ""));
  expect(await readShareTarget(post(form))).toMatchObject({ kind: "link" });
});

test.each([
  ["text", "Look at this! https://example.com/a.jpg via Photos", "https://example.com/a.jpg"],
  ["title", "https://example.com/a.jpg", "https://example.com/a.jpg"],
  ["url", "https://example.com/a.jpg\n", "https://example.com/a.jpg"],
  ["text", "看这张图：https://example.com/a.jpg，很好看", "https://example.com/a.jpg"],
])("finds the address among the words of the %s %j", async (field, text, href) => {
  const form = new FormData();
  form.set(field, text);
  expect(await readShareTarget(post(form))).toEqual({ kind: "link", url: new URL(href) });
});

test("says what is wrong when there is no picture", async () => {
  const words = new FormData();
  words.set("text", "a rocket");
  expect(await readShareTarget(post(words))).toEqual({ kind: "nothing", code: "picture_is_text" });
  const empty = new FormData();
  empty.set("picture", new File([], "a.jpg", { type: "image/jpeg" }));
  expect(await readShareTarget(post(empty))).toEqual({ kind: "nothing", code: "picture_empty" });
  const page = new FormData();
  page.set("picture", new File(["<script>"], "a.html", { type: "text/html" }));
  const code = "picture_unreadable";
  expect(await readShareTarget(post(page))).toEqual({ kind: "nothing", code });
  const nothing = new FormData();
  nothing.set("title", " ");
  expect(await readShareTarget(post(nothing))).toMatchObject({ code: "picture_not_given" });
});

test.each(["", "application/octet-stream", "text/plain"])(
  "takes a HEIC whose type is %j for what its bytes say",
  async (type) => {
    const form = new FormData();
    form.set("picture", new File([await readFile(heic)], "IMG_0001.HEIC", { type }));
    const handed = await readShareTarget(post(form));
    expect(handed).toMatchObject({ kind: "picture", type: "image/heic", name: "IMG_0001.HEIC" });
  },
);

test("uses the first of several pictures, and names the others", async () => {
  const form = new FormData();
  form.append("picture", new File([], "empty.jpg", { type: "image/jpeg" }));
  for (const name of ["a.jpg", "b.jpg", "c.jpg"])
    form.append("picture", new File([name], name, { type: "image/jpeg" }));
  const handed = await readShareTarget(post(form));
  expect(handed).toMatchObject({ kind: "picture", name: "a.jpg", leftOut: ["b.jpg", "c.jpg"] });
});

test("stops at the first part above the limit", async () => {
  const part = '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n\r\n';
  const { request, pulled } = pour(Buffer.from(part.repeat(1000)), 800);
  await expect(readShareTarget(request)).rejects.toMatchObject({ code: "bad_request" });
  expect(pulled()).toBeLessThan(20);
});

test("refuses a picture of more than 50 MB without reading the rest", async () => {
  const head = '--b\r\ncontent-disposition: form-data; name="picture"; filename="a"\r\n\r\n';
  const { request, pulled } = pour(Buffer.alloc(2 ** 20), 80, Buffer.from(head));
  await expect(readShareTarget(request)).rejects.toMatchObject({ code: "body_too_large" });
  expect(pulled()).toBeLessThan(60);
});

test.each([
  ["no boundary", "multipart/form-data", "x"],
  ["another type", "text/plain", "x"],
  [
    "half a form",
    "multipart/form-data; boundary=b",
    '--b\r\ncontent-disposition: form-data; name="picture"; filename="a"\r\n\r\nabc',
  ],
])("refuses a form with %s", async (_, type, body) => {
  const headers = { "content-type": type };
  const request = new Request("http://localhost/shared", { method: "POST", headers, body });
  await expect(readShareTarget(request)).rejects.toMatchObject({ code: "bad_request" });
});

function post(body: FormData): Request {
  return new Request("http://localhost/shared", { method: "POST", body });
}

/** Returns a form that repeats the same chunk. */
function pour(chunk: Uint8Array, times: number, head?: Uint8Array) {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => head && controller.enqueue(head),
    pull(controller) {
      controller.enqueue(chunk);
      if (++pulled === times) controller.close();
    },
  });
  const headers = { "content-type": "multipart/form-data; boundary=b" };
  const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
  return { request: new Request("http://localhost/shared", init), pulled: () => pulled };
}
