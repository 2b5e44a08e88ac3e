import { request as call, type IncomingHttpHeaders } from "node:http";
import { expect, test } from "./fixtures.ts";

type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

test("sends nosniff, a frame rule and a policy with every answer", async ({ app }) => {
  const asked: [path: string, status: number, headers?: Record<string, string>][] = [
    ["/", 200],
    ["/nowhere", 404],
    ["/nowhere.txt", 404],
    ["/v/none", 404],
    ["/v/a/b/c", 404],
    ["/v/none/video.mp4", 404],
    ["/_next/static/none.js", 404],
    ["/_next/image?url=a", 404],
    ["/icon.svg", 200],
    ["/login", 303],
    ["/api/health", 200],
    ["/api/none", 404],
    ["/local-fal/v3.fal.media/files/a", 404],
    ["/%ff", 400],
    [`/?${"a&".repeat(300)}`, 400],
    ["/", 421, { host: "evil.test" }],
    ["/", 400, { host: "a b" }],
  ];
  for (const [path, status, headers] of asked) {
    const answer = await send(app.origin, path, { headers });
    expect([path, answer.status]).toEqual([path, status]);
    expect(answer.headers["x-content-type-options"], path).toBe("nosniff");
    expect(answer.headers["x-frame-options"], path).toBe("DENY");
    expect(answer.headers["content-security-policy"], path).toContain("frame-ancestors 'none'");
  }
});

test("refuses a stranger's host name that points to this server", async ({ app }) => {
  for (const path of ["/", "/api/generations", "/api/spend", "/media/a/video.mp4", "/icon.svg"]) {
    const { status, body } = await send(app.origin, path, { headers: { host: "evil.test" } });
    expect([path, status]).toEqual([path, 421]);
    expect(body).toContain("ALLOWED_HOSTS");
  }
  const { port } = new URL(app.origin);
  const own = [`localhost:${port}`, `127.0.0.1:${port}`, "192.168.1.20", "[::1]", "a.localhost"];
  for (const host of own)
    expect((await send(app.origin, "/", { headers: { host } })).status).toBe(200);
  expect(app.output()).not.toContain("evil.test");
});

test("refuses a body that no route accepts without waiting for it", async ({ app }) => {
  const headers = { "content-length": "10000000" };
  for (const path of ["/", "/nowhere", "/api/health", "/icon.svg", "/login", "/api/fal/proxy"]) {
    const { status } = await send(app.origin, path, { method: "POST", headers, body: "a" });
    expect([path, status]).toEqual([path, 413]);
  }
});

test("refuses calls from a client that never opened the studio", async ({ app }) => {
  const path = "/local-fal/v3b.fal.media/files/a/b/c.jpg";
  const put = { method: "PUT", headers: { "content-length": "10000000" }, body: "a" };
  expect((await send(app.origin, path, put)).status).toBe(404);
  const post = {
    ...{ method: "POST", body: "--b" },
    headers: { "content-length": "40000000", "content-type": "multipart/form-data; boundary=b" },
  };
  const { status, headers } = await send(app.origin, "/shared", post);
  expect([status, headers.location]).toEqual([303, `${app.origin}/`]);
});

type Sent = { method?: string; headers?: Record<string, string>; body?: string };

// Written by hand, because `fetch` sets the host itself and sends no body shorter than its stated length.
function send(origin: string, path: string, { method = "GET", headers, body }: Sent = {}) {
  const { hostname, port } = new URL(origin);
  return new Promise<Answer>((resolve, reject) => {
    const sent = call({ hostname, port, path, method, headers, agent: false }, (answer) => {
      answer
        .setEncoding("utf8")
        .toArray()
        .then((parts) => {
          sent.destroy();
          resolve({
            ...{ status: answer.statusCode ?? 0, headers: answer.headers, body: parts.join("") },
          });
        }, reject);
    });
    sent.on("error", reject);
    if (body === undefined) sent.end();
    else sent.write(body);
  });
}
