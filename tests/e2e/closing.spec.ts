import { readdir } from "node:fs/promises";
import { expect, test } from "./fixtures.ts";

test("ends streams with a word to come again, lets a request finish, and exits with 0", async ({
  request,
  startApp,
}) => {
  const app = await startApp();
  await request.get(app.origin);
  const { cookies } = await request.storageState();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const stream = await fetch(`${app.origin}/api/generations/events`, { headers: { cookie } });
  expect(stream.status).toBe(200);
  const read = stream.text();

  const exited = app.terminate();
  expect(await read).toMatch(/retry: 200\n\n$/);
  const ready = await fetch(`${app.origin}/api/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ failing: ["closing"] });
  expect(ready.headers.get("connection")).toBe("close");

  expect(await exited).toBe(0);
  expect(app.output()).toContain('"msg":"closed"');
  expect(await readdir(`${app.dataDir}/media/.scratch`)).toEqual([]);
});
