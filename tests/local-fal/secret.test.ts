import { expect, test } from "vitest";
import { connect, readPhoto, startFal } from "./support.ts";

test("answers only under its secret, which the addresses of files contain, too", async () => {
  const { fal } = await startFal();
  const { origin } = await fal.listen({ port: 0, secret: "not-to-be-guessed" });
  const bare = new URL(origin).origin;
  for (const path of ["/queue.fal.run/fal-ai/minimax-video", "/not-to-be", "/"]) {
    const { status } = await fetch(`${bare}${path}`, { headers: { authorization: "Key a:b" } });
    expect(status).toBe(404);
  }
  const { client } = connect(origin);
  const url = await client.storage.upload(await readPhoto("rocket.jpg"));
  expect(url.startsWith(`${origin}/v3b.fal.media/files/`)).toBe(true);
  expect((await fetch(url)).status).toBe(200);
});
