import { describe, expect, test } from "vitest";
import { insertRecord } from "@/lib/server/generations/records/insert";
import { report } from "@/lib/server/generations/records/report";
import { updatePicture } from "@/lib/server/generations/records/update";
import { fillEntries } from "@/lib/server/generations/search/entries";
import { filterSchema } from "@/lib/server/library/filter";
import { listGenerations } from "@/lib/server/library/list";
import { changeOwnWords, ownWordsSchema } from "@/lib/server/library/own-words";
import type { Services } from "@/lib/server/services";
import { publish } from "@/lib/server/shares/publish";
import {
  databaseKinds,
  makeDatabaseUrl,
  makeFolder,
  openTestServices,
  requireRecord,
} from "../generations/support";

const origin = "http://localhost:3000";

const prompts = {
  coffee: "[Push in] Café crème, steam rises from the cup",
  rocket: "A rocket leaves the ground at night 🚀",
  tea: "杯子冒着热气，桌上有一杯茶",
  quoted: `She says "now or never" -- & goes; it's 100% over`,
};

describe.each(databaseKinds)("a search on %s", (kind) => {
  test.each([
    ["coffee", "cafe", ["coffee"]],
    ["a word's beginning", "ROCK", ["rocket"]],
    ["several words in any order", "cup steam", ["coffee"]],
    ["Chinese inside a sentence", "热气", ["tea"]],
    ["Chinese characters that do not follow each other", "杯气", []],
    ["two Chinese words", "茶 杯子", ["tea"]],
    ["an emoji", "🚀", ["rocket"]],
    ["a model's name", "hailuo", []],
    ["quotes and operators", `"now" OR ( NEAR * ' & | ! <-> :`, []],
    ["the words of a quotation", `"now or never"`, ["quoted"]],
    ["punctuation alone", "&&& ((", []],
    ["nothing", "", ["quoted", "tea", "rocket", "coffee"]],
    ["blanks", "   ", ["quoted", "tea", "rocket", "coffee"]],
    ["2,000 characters", "the ".repeat(500), ["rocket", "coffee"]],
    ["SQL", "'; drop table generations; --", []],
  ])("for %s finds the matching generations", async (_, q, expected) => {
    const services = await openServices(kind);
    for (const prompt of Object.values(prompts)) await addGeneration(services, { prompt });

    expect(await find(services, q)).toEqual(expected.map((name) => prompts[name as "tea"]));
  });

  test("finds nothing of another owner", async () => {
    const services = await openServices(kind);
    await addGeneration(services, { prompt: "a red cup", owner: "bob" });

    expect(await find(services, "cup")).toEqual([]);
  });

  test("returns all pages, also if several generations have the same time", async () => {
    const services = await openServices(kind);
    for (let index = 0; index < 9; index++) {
      await addGeneration(services, { prompt: `cup ${index}`, createdAt: index >> 2 });
      await addGeneration(services, { prompt: `plate ${index}`, createdAt: index >> 2 });
    }

    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listGenerations(services, "ann", { q: "cup", cursor, limit: 2, origin });
      seen.push(...page.items.map(({ input }) => input.prompt));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);

    expect(seen.toSorted()).toEqual(Array.from({ length: 9 }, (_, index) => `cup ${index}`));
  });

  test("finds a title once it is set, and no longer when it is deleted", async () => {
    const services = await openServices(kind);
    const id = await addGeneration(services, { prompt: "a cup" });

    await changeOwnWords(
      services,
      "ann",
      id,
      ownWordsSchema.parse({ title: " Breakfast\u202e \n two " }),
    );
    expect(await find(services, "breakf")).toEqual(["a cup"]);
    const [item] = (await listGenerations(services, "ann", { limit: 1, origin })).items;
    expect(item?.title).toBe("Breakfast two");

    await changeOwnWords(services, "ann", id, ownWordsSchema.parse({ title: "" }));
    expect(await find(services, "breakf")).toEqual([]);
    const changed = changeOwnWords(services, "bob", id, { isStarred: true });
    await expect(changed).rejects.toMatchObject({ code: "not_found" });
  });

  test("finds records of an earlier version once the server has indexed them", async () => {
    const services = await openServices(kind);
    await addGeneration(services, { prompt: "a cup" });
    await services.db.query.deleteFrom("search_entries").execute();
    expect(await find(services, "cup")).toEqual([]);

    expect(await fillEntries(services.db)).toBe(false);

    expect(await find(services, "cup")).toEqual(["a cup"]);
  });

  test("is narrowed by each condition of a filter", async () => {
    const services = await openServices(kind);
    const failed = await addGeneration(services, { prompt: "failed cup", createdAt: 1_000 });
    const running = await addGeneration(services, { prompt: "running cup", createdAt: 2_000 });
    const made = await addGeneration(services, { prompt: "made cup", createdAt: 3_000 });
    await report(services, failed, {
      type: "refused",
      problem: { code: "internal", charged: "no" },
    });
    for (const id of [running, made])
      await report(services, id, { type: "accepted", requestId: id });
    await report(services, made, { type: "succeeded", video: { url: "http://127.0.0.1:9/a.mp4" } });
    await report(services, made, { type: "archived", video: { url: "a.mp4", hasSound: true } });
    await updatePicture(services.db, made, { width: 600, height: 900 }, 0);
    await updatePicture(services.db, running, { width: 600, height: 600 }, 0);
    await changeOwnWords(services, "ann", made, { isStarred: true });
    await publish(services, "ann", made, {});

    for (const [filter, expected] of [
      ["", ["made cup", "running cup", "failed cup"]],
      ["running", ["running cup"]],
      ["made", ["made cup"]],
      ["not-made", ["failed cup"]],
      ["starred", ["made cup"]],
      ["shared", ["made cup"]],
      ["sound", ["made cup"]],
      ["portrait", ["made cup"]],
      ["square", ["running cup"]],
      ["landscape", []],
      ["made,portrait,starred,shared", ["made cup"]],
      ["running,starred", []],
      ["model:a/model", ["made cup", "running cup", "failed cup"]],
      ["model:another", []],
      ["from:1970-01-01T00:00:02Z", ["made cup", "running cup"]],
      ["from:1970-01-01T00:00:02Z,to:1970-01-01T00:00:03Z", ["running cup"]],
    ] as const)
      for (const q of ["", "cup"])
        expect(await find(services, q, filter), filter).toEqual(expected);

    await changeOwnWords(services, "ann", made, { isStarred: false });
    expect(await find(services, "", "starred")).toEqual([]);
  });
});

test.each(["stars", "from:yesterday", "model:", "from:2026-03-01", "starred,,x"])(
  "the filter %j is refused",
  (filter) => {
    expect(filterSchema.safeParse(filter).success).toBe(false);
  },
);

async function openServices(kind: (typeof databaseKinds)[number]) {
  const [url, mediaFolder] = await Promise.all([makeDatabaseUrl(kind), makeFolder()]);
  return openTestServices({ base: "http://127.0.0.1:9" }, { url, mediaFolder, clock: { now: 0 } });
}

let count = 0;

async function addGeneration(
  services: Services,
  {
    prompt,
    owner = "ann",
    createdAt = ++count,
  }: { prompt: string; owner?: string; createdAt?: number },
): Promise<string> {
  const id = crypto.randomUUID();
  await insertRecord(
    services.db,
    {
      ...{ id, owner, click: id, digest: "", model: "a/model", usd: 0, createdAt },
      input: { prompt, prompt_optimizer: true },
      outgoing: { sent: "{}", origin },
      lease: { holder: "test", until: 0 },
    },
    {},
  );
  return (await requireRecord(services, id)).id;
}

async function find(services: Services, q: string, filter = ""): Promise<string[]> {
  const { items } = await listGenerations(services, "ann", {
    ...{ q, limit: 50, origin, filter: filterSchema.parse(filter) },
  });
  return items.map(({ input }) => input.prompt);
}
