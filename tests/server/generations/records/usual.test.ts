import { describe, expect, test } from "vitest";
import { insertRecord } from "@/lib/server/generations/records/insert";
import { updateState } from "@/lib/server/generations/records/update";
import { databaseKinds, makeDatabaseUrl, makeFolder, openTestServices } from "../support";

const model = "fal-ai/minimax-video";

describe.each(databaseKinds)("the usual duration on %s", (kind) => {
  test("is known after five runs of the same model", async () => {
    const clock = { now: Date.parse("2026-03-01T12:00:00Z") };
    const services = await openTestServices(
      { base: "http://127.0.0.1:1" },
      { url: await makeDatabaseUrl(kind), mediaFolder: await makeFolder(), clock },
    );
    const finish = async (seconds: number, ofModel = model) => {
      const createdAt = clock.now;
      const id = crypto.randomUUID();
      const record = await insertRecord(
        services.db,
        {
          ...{ id, owner: "ann", click: id, digest: "", model: ofModel, usd: 0, createdAt },
          input: { prompt: "a rocket", prompt_optimizer: true },
          outgoing: { sent: "{}", origin: "http://localhost:3000" },
          lease: { holder: "test", until: 0 },
        },
        {},
      );
      if (!record) throw new Error("it is not written down");
      const settledAt = new Date(createdAt + seconds * 1000).toISOString();
      const video = { url: "https://v3.fal.media/files/b/video.mp4" };
      const done = { status: "done", requestId: id, video, settledAt } as const;
      await updateState(services.db, record, done, { budget: {}, now: clock.now });
    };

    for (const seconds of [100, 140, 120, 300]) await finish(seconds);
    await finish(5, "fal-ai/minimax-video/image-to-video");
    expect(await services.usual.of(model)).toBeUndefined();

    await finish(110);
    // The value of a moment ago is cached.
    expect(await services.usual.of(model)).toBeUndefined();
    clock.now += 61_000;
    expect(await services.usual.of(model)).toEqual({ medianSeconds: 120, slowSeconds: 300 });
  });
});
