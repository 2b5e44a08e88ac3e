import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { AppError, type ProblemCode } from "@/lib/problems";
import { fetchPictureAt } from "@/lib/server/pictures/fetch-picture";
import { serve } from "../../serve";

const local = { allowPrivateHosts: true };
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

test("answers with the picture's bytes and type, only to scripts and without caching", async () => {
  const url = await serve((_request, response) => sendPicture(response));
  const answer = await fetchPictureAt(url, local);
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(png);
  expect(Object.fromEntries(answer.headers)).toEqual({
    "content-type": "image/png",
    "content-disposition": "attachment",
    "cache-control": "no-store",
  });
});

test("asks for a picture, without the visitor's cookie", async () => {
  let asked = {};
  const url = await serve(({ headers }, response) => {
    asked = headers;
    sendPicture(response);
  });
  await (await fetchPictureAt(url, local)).arrayBuffer();
  expect(asked).toMatchObject({ accept: "image/*" });
  expect(asked).not.toHaveProperty("cookie");
});

test("follows three redirects, and no fourth", async () => {
  const url = await serve(({ url = "" }, response) => {
    const left = Number(url.slice(1));
    if (left === 0) return sendPicture(response);
    response.writeHead(302, { location: `/${left - 1}` }).end();
  });
  expect((await fetchPictureAt(new URL("/3", url), local)).status).toBe(200);
  expect(await refusalOf(new URL("/4", url), local)).toBe("picture_not_fetched");
});

test.each([
  "http://127.0.0.1:9/a.png",
  "http://2130706433:9/a.png",
  "http://[::1]:9/a.png",
  "http://[::ffff:127.0.0.1]:9/a.png",
  "http://localhost:9/a.png",
  "http://169.254.169.254/latest/meta-data/",
  "http://10.0.0.1/a.png",
  "file:///etc/passwd",
  "ftp://example.com/a.png",
  "data:image/png;base64,iVBORw0KGgo=",
  "https://name:password@example.com/a.png",
])("does not call %s", async (address) => {
  expect(await refusalOf(new URL(address))).toBe("picture_address_refused");
});

test.each(["file:///etc/passwd", "http://name@127.0.0.1/"])(
  "does not follow a redirect to %s",
  async (location) => {
    const url = await serve((_request, response) => response.writeHead(302, { location }).end());
    expect(await refusalOf(url, local)).toBe("picture_address_refused");
  },
);

test.each<[what: string, status: number, type: string, code: ProblemCode]>([
  ["a page", 200, "text/html", "picture_not_fetched"],
  ["bytes of no kind", 200, "application/octet-stream", "picture_not_fetched"],
  ["a type that only begins so", 200, "image/png text/html", "picture_not_fetched"],
  ["a drawing", 200, "image/SVG+xml; charset=utf-8", "picture_is_drawing"],
  ["an error that is drawn", 404, "image/png", "picture_not_fetched"],
  ["a part", 206, "image/png", "picture_not_fetched"],
])("refuses %s", async (_what, status, type, code) => {
  const url = await serve((_request, response) => sendPicture(response, status, type));
  expect(await refusalOf(url, local)).toBe(code);
});

test.each(["application/octet-stream", "binary/octet-stream", ""])(
  "recognises a picture by its bytes if its type is missing: %j",
  async (type) => {
    const bytes = Buffer.concat([
      Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
      Buffer.alloc(9_000, 7),
    ]);
    const url = await serve((_request, response) => {
      response.writeHead(200, type ? { "content-type": type } : {}).write(bytes.subarray(0, 3));
      response.end(bytes.subarray(3));
    });
    const answer = await fetchPictureAt(url, local);
    expect(answer.headers.get("content-type")).toBe("image/png");
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  },
);

test("refuses an SVG and an empty answer without a type", async () => {
  const type = { "content-type": "application/octet-stream" };
  const drawing = await serve((_request, response) =>
    response.writeHead(200, type).end('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  );
  expect(await refusalOf(drawing, local)).toBe("picture_is_drawing");
  const nothing = await serve((_request, response) => response.writeHead(200, type).end());
  expect(await refusalOf(nothing, local)).toBe("picture_not_fetched");
});

test("refuses an answer whose stated length is too large", async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { "content-type": "image/png", "content-length": 11 });
    response.end(Buffer.alloc(11));
  });
  expect(await refusalOf(url, { ...local, maxBytes: 10 })).toBe("picture_not_fetched");
});

test("aborts an answer that grows too large", async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { "content-type": "image/png" }).write(Buffer.alloc(6));
    response.end(Buffer.alloc(6));
  });
  const answer = await fetchPictureAt(url, { ...local, maxBytes: 10 });
  await expect(answer.arrayBuffer()).rejects.toThrow();
});

test("aborts an answer that never ends", async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { "content-type": "image/png" }).write(png);
  });
  const answer = await fetchPictureAt(url, { ...local, timeoutMs: 100 });
  await expect(answer.arrayBuffer()).rejects.toThrow();
});

test("gives up on a server that never answers, and on a missing one", async () => {
  const url = await serve(() => {});
  expect(await refusalOf(url, { ...local, timeoutMs: 20 })).toBe("picture_not_fetched");
  const nobody = new URL("http://127.0.0.1:1/");
  expect(await refusalOf(nobody, local)).toBe("picture_not_fetched");
});

test("closes the connection when the visitor has left", async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const url = await serve((request, response) => {
    request.on("close", resolve);
    response.writeHead(200, { "content-type": "image/png" }).write(png);
  });
  const answer = await fetchPictureAt(url, local);
  await answer.body?.cancel();
  await closed;
});

async function refusalOf(...call: Parameters<typeof fetchPictureAt>): Promise<unknown> {
  const error = await fetchPictureAt(...call).catch((error: unknown) => error);
  return error instanceof AppError ? error.code : error;
}

function sendPicture(response: ServerResponse, status = 200, type = "image/png") {
  response.writeHead(status, { "content-type": type }).end(png);
}
