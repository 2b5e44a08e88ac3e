import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openCheckedStore } from "@/lib/server/media/checked-store";
import { startS3 } from "../../s3";
import { makeFolder } from "../generations/support";

const soon = { startsWithinMs: 0 };

test.each(["disk", "s3"])("a usable store on %s passes the check", async (kind) => {
  const s3 = await startS3();
  onTestFinished(() => s3.stop());
  await stub(s3.env);
  const url = kind === "disk" ? `file:${path.join(await makeFolder(), "media")}` : "s3://films/x";
  const store = await openCheckedStore(url, soon);
  expect(await store.stat("one/video.mp4")).toBeUndefined();
});

test("a missing bucket and a missing server are reported", async () => {
  const s3 = await startS3();
  onTestFinished(() => s3.stop());
  await stub(s3.env);
  await expect(openCheckedStore("s3://nobodys", soon)).rejects.toThrow(
    /MEDIA_URL \(s3:\/\/nobodys\).*no such bucket/,
  );
  await stub({ ...s3.env, AWS_ENDPOINT_URL_S3: "http://localhost:1" });
  await expect(openCheckedStore("s3://films", soon)).rejects.toThrow(/can't be reached/);
});

test.each([
  [403, "SignatureDoesNotMatch", /AWS_SECRET_ACCESS_KEY/],
  [403, "InvalidAccessKeyId", /AWS_ACCESS_KEY_ID/],
  [403, "AccessDenied", /put, get and delete/],
  [400, "AuthorizationHeaderMalformed", /AWS_REGION/],
])("a store that answers %s %s stops the start with advice", async (status, code, words) => {
  await startScriptedS3(status, code);
  await expect(openCheckedStore("s3://films", soon)).rejects.toThrow(words);
});

test("a missing object is reported as missing although the key may not list", async () => {
  await startScriptedS3(403, "AccessDenied");
  const { openMediaStore } = await import("@/lib/server/media/open-store");
  const store = await openMediaStore("s3://films");
  expect(await store.stat("one/video.mp4")).toBeUndefined();
});

test("a file in the place of the folder is reported", async () => {
  await expect(openCheckedStore("file:/dev/null/media", soon)).rejects.toThrow(
    /MEDIA_URL \(file:\/dev\/null\/media\)/,
  );
});

async function startScriptedS3(status: number, code: string): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": "application/xml" });
    response.end(
      request.method === "HEAD" ? "" : `<Error><Code>${code}</Code><Message>no</Message></Error>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  await stub({
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "eu-central-1",
    AWS_ENDPOINT_URL_S3: `http://localhost:${port}`,
  });
}

async function stub(env: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries({ ...env, TMPDIR: await makeFolder() }))
    vi.stubEnv(name, value);
}
