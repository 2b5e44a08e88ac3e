import { describe, expect, test } from "vitest";
import { listGenerations } from "@/lib/server/generations/library";
import { insertRecord } from "@/lib/server/generations/records";
import type { Services } from "@/lib/server/services";
import { databaseKinds, makeDatabaseUrl, makeFolder, openTestServices } from "./support";

const origin = "http://localhost:3000";

describe.each(databaseKinds)("the library on %s", (kind) => {
  test("is listed newest first, page by page, each generation once", async () => {
    const services = await openServices(kind);
    // Four share each millisecond: the place in the list must not hang on the time alone.
    for (let index = 0; index < 11; index++) await addGeneration(services, "ann", index >> 2);

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listGenerations(services, "ann", { cursor, limit: 3, origin });
      seen.push(...page.items.map(({ createdAt, id }) => `${createdAt} ${id}`));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);

    expect(seen).toHaveLength(11);
    expect(seen).toEqual([...new Set(seen)].toSorted().toReversed());
  });

  test("shows an owner nothing of another's", async () => {
    const services = await openServices(kind);
    await addGeneration(services, "ann", 1);

    expect(await listGenerations(services, "bob", { limit: 24, origin })).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  test.each([
    "",
    "x",
    "W10",
    Buffer.from("[1]").toString("base64url"),
    Buffer.from('[1,"x"]').toString("base64url"),
    Buffer.from(`[-1,"${crypto.randomUUID()}"]`).toString("base64url"),
    Buffer.from(`["1; drop table generations","${crypto.randomUUID()}"]`).toString("base64url"),
  ])("refuses the cursor %j", async (cursor) => {
    const services = await openServices(kind);
    const listed = listGenerations(services, "ann", { cursor, limit: 24, origin });
    await expect(listed).rejects.toMatchObject({ code: "bad_request" });
  });
});

async function openServices(kind: (typeof databaseKinds)[number]) {
  const [url, mediaFolder] = await Promise.all([makeDatabaseUrl(kind), makeFolder()]);
  return openTestServices({ base: "http://127.0.0.1:9" }, { url, mediaFolder, clock: { now: 0 } });
}

async function addGeneration({ db }: Services, owner: string, createdAt: number) {
  await insertRecord(db, {
    id: crypto.randomUUID(),
    owner,
    click: crypto.randomUUID(),
    digest: "",
    model: "fal-ai/minimax-video",
    input: { prompt: "a rocket", prompt_optimizer: true },
    usd: 0.5,
    createdAt,
    lease: { holder: "test", until: 0 },
  });
}
