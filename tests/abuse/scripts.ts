import { hostilePrompt } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Answer } from "./client.ts";
import type { Scene } from "./scene.ts";

const payload = `"><script>window.abused=1</script><img src=x onerror=window.abused=1>`;
const encoded = encodeURIComponent(payload);

const echoes: [name: string, path: string | ((scene: Scene) => string)][] = [
  ["a link's name", `/v/${encoded}`],
  ["a link's embed", `/v/${encoded}/embed`],
  ["a file of a link", ({ slugs }) => `/v/${slugs.hostile}/${encoded}`],
  ["a generation's id", `/api/generations/${encoded}`],
  ["a path that is not there", `/${encoded}`],
  ["a query of the share page", ({ slugs }) => `/v/${slugs.hostile}?x=${encoded}`],
  ["a query of the studio", `/?x=${encoded}`],
  ["a query of login", `/login?problem=${encoded}&next=${encoded}`],
  ["an embed's address", `/api/oembed?url=${encoded}`],
  ["an embed's address on our host", ({ open }) => `/api/oembed?url=${open.origin}/v/${encoded}`],
  ["an embed's format", ({ open }) => `/api/oembed?url=${open.origin}/v/x&format=${encoded}`],
  ["an embed's callback", ({ open }) => `/api/oembed?url=${open.origin}/v/x&callback=${encoded}`],
  ["a cursor", `/api/generations?cursor=${encoded}`],
  ["a key's page", `/key?problem=${encoded}`],
  ["a ledger's page", `/ledger?month=${encoded}`],
];

const echoed: Attempt[] = echoes.map(([name, path]) => ({
  name: `a script in ${name}`,
  run: (scene) =>
    scene.call({
      path: typeof path === "function" ? path(scene) : path,
      headers: { cookie: scene.victim },
    }),
  // A page that does not heed it.
  harmless: [200, 303],
  check: findUnescaped,
}));

const posted: Attempt[] = [
  {
    name: "a script in the login form",
    run: ({ callClosed }) =>
      callClosed({
        method: "POST",
        path: "/login",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: `password=${encoded}`,
      }),
    check: findUnescaped,
  },
  {
    name: "a script in a link's password",
    run: ({ call, slugs }) =>
      call({
        method: "POST",
        path: `/v/${slugs.locked}`,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: `password=${encoded}`,
      }),
    check: findUnescaped,
  },
  {
    name: "a script in the target",
    run: ({ call, victim }) =>
      call({
        method: "POST",
        path: "/api/fal/proxy",
        headers: { cookie: victim, "x-fal-target-url": payload },
      }),
    check: findUnescaped,
  },
];

const prompts: [name: string, path: (scene: Scene) => string][] = [
  ["the share page", ({ slugs }) => `/v/${slugs.hostile}`],
  ["the embed", ({ slugs }) => `/v/${slugs.hostile}/embed`],
  [
    "the embed's description",
    ({ slugs, open }) => `/api/oembed?url=${open.origin}/v/${slugs.hostile}`,
  ],
  ["the studio", () => "/"],
  ["the ledger", () => "/ledger"],
];

const shown: Attempt[] = prompts.map(([name, path]) => ({
  name: `a script in the prompt, in the source of ${name}`,
  run: (scene) => scene.call({ path: path(scene), headers: { cookie: scene.victim } }),
  harmless: [200],
  check: findUnescaped,
}));

const named: Attempt = {
  name: "a script in the prompt, in the name of the download",
  run: ({ call, hostile, victim }) =>
    call({ path: `/media/${hostile.id}/video.mp4?download=1`, headers: { cookie: victim } }),
  harmless: [200],
  check: ([answer]) => {
    const [line = ""] = /^content-disposition:.*$/im.exec(answer?.headers ?? "") ?? [];
    const isPlain = /^content-disposition: attachment; filename=([\w.-]+|"[^"<>\\]+")\s*$/i.test(
      line,
    );
    return isPlain ? undefined : line || "no name at all";
  },
};

// `<` of a payload that stands in HTML or in a script as it was written. JSON is no page: `nosniff` keeps it one.
function findUnescaped(answers: Answer[]): string | undefined {
  for (const { headers, text } of answers) {
    if (!/^x-content-type-options: nosniff/im.test(headers)) return "without nosniff";
    if (!/^content-type: text\/html/im.test(headers)) continue;
    if (/<script>window\.abused|<img src=x|<svg onload|<a href='javascript/.test(text))
      return "the payload stands in the page as it is";
  }
  return undefined;
}

const pages: Attempt[] = prompts
  .filter(([name]) => name !== "the embed's description")
  .map(([name, path]) => ({
    name: `a browser opens ${name} with the hostile prompt`,
    // The share page is played, which counts, and the studio asks after the run that is at work.
    may: ["upstream", "records"],
    harmless: [200],
    run: async (scene) => [await browse(scene, path(scene))],
  }));

/** Opens it as its owner's browser would. Throws when a script ran, or when the policy had to stop one. */
async function browse(scene: Scene, path: string): Promise<Answer> {
  await using page = await scene.openPage(scene.victim);
  const answer = await page.goto(path);
  await page.look();
  const faults = await page.faults();
  if (faults.length > 0) throw new Error(faults.join("; "));
  return answer;
}

const dropped: Attempt = {
  name: "a browser is given a file with a script for a name",
  may: ["upstream", "records"],
  harmless: [200],
  run: async (scene) => {
    await using page = await scene.openPage(scene.victim);
    const answer = await page.goto("/");
    await page.drop(`<img src=x onerror=window.abused=1>.jpg`);
    const faults = await page.faults();
    if (faults.length > 0) throw new Error(faults.join("; "));
    return answer;
  },
};

const visited: Attempt = {
  name: "a browser opens the share page with a script in its query and its hash",
  may: ["records"],
  harmless: [200],
  run: (scene) => browse(scene, `/v/${scene.slugs.hostile}?x=${encoded}#${payload}`),
};

if (hostilePrompt.length > 2000) throw new Error("The hostile prompt is too long");

export const scripts: Theme = {
  title: "scripts",
  attempts: [...echoed, ...posted, ...shown, named, ...pages, dropped, visited],
};
