import { expect, test } from "vitest";
import { readShareTarget } from "@/lib/server/pictures/share-target";

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
  ["nothing in it", "multipart/form-data; boundary=b", "--b--\r\n"],
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
