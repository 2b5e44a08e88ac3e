import { describe, expect, test } from "vitest";
import { messagesOf } from "@/lib/messages";
import { changeOwnWords, ownWordsSchema } from "@/lib/server/library/own-words";
import { serveSharedMedia } from "@/lib/server/shares/media";
import { toOembed } from "@/lib/server/shares/oembed";
import { embedPage, sharePage } from "@/lib/server/shares/pages";
import { publish } from "@/lib/server/shares/publish";
import { visit } from "@/lib/server/shares/visit";
import { startLocalUpstream } from "../generations/local-upstream";
import {
  databaseKinds,
  makeClick,
  openServer,
  submitAndFind,
  watchToEnd,
} from "../generations/support";

const origin = "http://localhost:3000";
const setting = { nonce: "n", messages: messagesOf("en") };

describe.each(databaseKinds)("on %s", (kind) => {
  test("a title stands wherever a link shows words, and a hidden prompt stays hidden", async () => {
    const server = await openServer(kind, await startLocalUpstream());
    const { services } = server;
    const { id } = await submitAndFind(services, makeClick({ prompt: "a secret wish" }));
    await watchToEnd(server, id);
    const { slug } = await publish(services, "ann", id, { hidePrompt: true });

    const read = async () => {
      const seen = await visit(services, slug);
      const file = await serveSharedMedia(
        services,
        new Request(`${origin}/v/${slug}/video.mp4?download=1`),
        { slug, file: "video.mp4" },
      );
      await file.body?.cancel();
      return [
        String(await sharePage(seen, origin, setting)),
        String(await embedPage(seen, setting)),
        JSON.stringify(toOembed(seen, { origin, messages: setting.messages }, {})),
        file.headers.get("content-disposition") ?? "",
      ];
    };
    for (const text of await read()) expect(text).not.toMatch(/secret|wish/);

    const words = ownWordsSchema.parse({ title: "Breakfast <two>" });
    await changeOwnWords(services, "ann", id, words);

    const [page = "", embed = "", oembed = "", file = ""] = await read();
    for (const text of [page, embed, oembed, file]) expect(text).not.toMatch(/secret|wish/);
    for (const place of ["<title>", '<h1 dir="auto">', 'og:title" content="', "first frame: "])
      expect(page).toContain(`${place}Breakfast &lt;two&gt;`);
    expect(page).toContain('"name":"Breakfast \\u003ctwo\\u003e"');
    expect(embed).toContain("Breakfast &lt;two&gt;");
    expect(JSON.parse(oembed)).toMatchObject({ title: "Breakfast <two>" });
    expect(file).toContain("breakfast-two.mp4");

    await changeOwnWords(services, "ann", id, { title: null });
    await publish(services, "ann", id, { hidePrompt: false });
    expect((await read())[0]).toContain("a secret wish");
  });
});

test.each([
  ["a NUL and other controls", "a\u0000b\u0007", "ab"],
  ["marks of direction", "\u202eabc\u2066", "abc"],
  ["lines and blanks", " a \n\t b ", "a b"],
  ["nothing that anybody sees", "\u200b\u00ad ", null],
  ["nothing", "", null],
])("a title of %s is cleaned", (_, title, expected) => {
  expect(ownWordsSchema.parse({ title }).title).toBe(expected);
});

test("a title of more than 200 characters is refused", () => {
  expect(ownWordsSchema.safeParse({ title: "x".repeat(201) }).success).toBe(false);
});
