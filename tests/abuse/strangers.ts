import { appUrl, goodInput, initiateUrl, submission, toProxy } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Answer, Message } from "./client.ts";
import type { Scene } from "./scene.ts";

type Ask = (scene: Scene, headers: Record<string, string>) => Message;

const json = { "content-type": "application/json" };
const statusOf = ({ requestId }: { requestId: string }) => `${appUrl}/requests/${requestId}`;

const asks: [name: string, ask: Ask][] = [
  ["a status", ({ running }, h) => toProxy("GET", `${statusOf(running)}/status?logs=1`, h)],
  ["a stream", ({ running }, h) => toProxy("GET", `${statusOf(running)}/status/stream`, h)],
  ["a result", ({ done }, h) => toProxy("GET", statusOf(done), h)],
  ["a cancel", ({ running }, h) => toProxy("PUT", `${statusOf(running)}/cancel`, h)],
  ["a generation", ({ done }, headers) => ({ path: `/api/generations/${done.id}`, headers })],
  [
    "a generation's end",
    ({ done }, headers) => ({ method: "DELETE", path: `/api/generations/${done.id}`, headers }),
  ],
  [
    "a link",
    ({ done }, h) => ({
      method: "PUT",
      path: `/api/generations/${done.id}/share`,
      headers: { ...h, ...json },
      body: "{}",
    }),
  ],
  [
    "a link's password",
    ({ done }, h) => ({
      method: "PUT",
      path: `/api/generations/${done.id}/share`,
      headers: { ...h, ...json },
      body: '{"password":null}',
    }),
  ],
  [
    "a link's end",
    ({ hostile }, headers) => ({
      method: "DELETE",
      path: `/api/generations/${hostile.id}/share`,
      headers,
    }),
  ],
  ["a video", ({ done }, headers) => ({ path: `/media/${done.id}/video.mp4`, headers })],
  [
    "a video's first bytes",
    ({ done }, h) => ({
      path: `/media/${done.id}/video.mp4`,
      headers: { ...h, range: "bytes=0-9" },
    }),
  ],
  [
    "a video's size",
    ({ done }, headers) => ({ method: "HEAD", path: `/media/${done.id}/video.mp4`, headers }),
  ],
  [
    "whether a video is the same",
    ({ done }, h) => ({
      path: `/media/${done.id}/video.mp4`,
      headers: { ...h, "if-none-match": "*" },
    }),
  ],
  ["a poster", ({ done }, headers) => ({ path: `/media/${done.id}/poster.jpg`, headers })],
  [
    "a download",
    ({ done }, headers) => ({ path: `/media/${done.id}/video.mp4?download=1`, headers }),
  ],
];

function attemptsOf(who: string, headersOf: (scene: Scene) => Record<string, string>): Attempt[] {
  return asks.map(([name, ask]) => ({
    name: `${who} asks for ${name}`,
    run: (scene) => scene.call(ask(scene, headersOf(scene))),
    check: (answers, scene) => findTold(answers, scene),
  }));
}

// What one may know of another's run is nothing, not even that it is there.
function findTold(answers: Answer[], { done, running }: Scene): string | undefined {
  const told = [done.requestId, running.requestId, goodInput.prompt];
  return answers.some(({ text }) => told.some((word) => text.includes(word)))
    ? "the answer tells of it"
    : undefined;
}

const behindPassword: [name: string, ask: (scene: Scene) => Message][] = [
  ["a submit", () => submission({})],
  [
    "an upload",
    () => toProxy("POST", initiateUrl, {}, '{"content_type":"image/png","file_name":"x"}'),
  ],
  ["a status", ({ running }) => toProxy("GET", `${statusOf(running)}/status`)],
  ["the library", () => ({ path: "/api/generations" })],
  ["a generation", ({ done }) => ({ path: `/api/generations/${done.id}` })],
  ["the links", () => ({ path: "/api/shares" })],
  ["the spend", () => ({ path: "/api/spend" })],
  ["the ledger", () => ({ path: "/ledger" })],
  ["the ledger as a file", () => ({ path: "/ledger.csv" })],
  ["the form for a key", () => ({ path: "/key" })],
  [
    "a key",
    () => ({
      method: "POST",
      path: "/key",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "key=evil-key-id:evil-key-secret",
    }),
  ],
  ["a video", ({ done }) => ({ path: `/media/${done.id}/video.mp4` })],
  ["the studio", () => ({ path: "/" })],
  ["a link that is not there", () => ({ path: "/v/nothing" })],
];

const closed: Attempt[] = behindPassword.flatMap(([name, ask]) => [
  {
    name: `nobody asks for ${name} behind the password`,
    run: (scene: Scene) => scene.callClosed(ask(scene)),
    // To the login page.
    harmless: [303, 307],
    check: ([answer]: Answer[]) => leadsToLogin(answer),
  },
  {
    name: `a session of the open app asks for ${name} behind the password`,
    run: (scene: Scene) => {
      const message = ask(scene);
      return scene.callClosed({
        ...message,
        headers: { ...message.headers, cookie: scene.victim },
      });
    },
    harmless: [303, 307],
    check: ([answer]: Answer[]) => leadsToLogin(answer),
  },
]);

function leadsToLogin(answer: Answer | undefined): string | undefined {
  const isAway = answer && answer.status >= 300 && answer.status < 400;
  return isAway && !/^location: \S*\/login$/im.test(answer.headers) ? answer.headers : undefined;
}

const links: Attempt[] = [
  ["the page", "", "locked"],
  ["the embed", "/embed", "locked"],
  ["the video", "/video.mp4", "locked"],
  ["the poster", "/poster.jpg", "locked"],
  ["the download", "/video.mp4?download=1", "locked"],
  ["the page", "", "revoked"],
  ["the embed", "/embed", "revoked"],
  ["the video", "/video.mp4", "revoked"],
  ["the poster", "/poster.jpg", "revoked"],
].map(([name, path, link]) => ({
  name: `a visitor asks for ${name} behind a ${link} link`,
  run: ({ call, slugs }: Scene) => call({ path: `/v/${slugs[link as "locked"]}${path}` }),
  check: (answers: Answer[], scene: Scene) => findTold(answers, scene),
}));

const more: Attempt[] = [
  {
    name: "a visitor reports a revoked link",
    run: ({ call, slugs }) => call({ method: "POST", path: `/v/${slugs.revoked}/report` }),
  },
  {
    name: "an embedder asks for a locked link",
    run: ({ call, slugs, open }) =>
      call({ path: `/api/oembed?url=${encodeURIComponent(`${open.origin}/v/${slugs.locked}`)}` }),
    check: findTold,
  },
  {
    name: "an embedder asks for a revoked link",
    run: ({ call, slugs, open }) =>
      call({ path: `/api/oembed?url=${encodeURIComponent(`${open.origin}/v/${slugs.revoked}`)}` }),
    check: findTold,
  },
  {
    name: "the owner asks for a link to what is not done",
    run: ({ call, victim, running }) =>
      call({
        method: "PUT",
        path: `/api/generations/${running.id}/share`,
        headers: { cookie: victim, ...json },
        body: "{}",
      }),
  },
  {
    name: "the owner deletes what is at work",
    run: ({ call, victim, running }) =>
      call({
        method: "DELETE",
        path: `/api/generations/${running.id}`,
        headers: { cookie: victim },
      }),
  },
  {
    name: "another's click with another's key",
    run: ({ call, attacker }) =>
      call(toProxy("GET", `${appUrl}/requests/${crypto.randomUUID()}`, { cookie: attacker })),
  },
  {
    name: "the library of nobody",
    run: ({ call }) => call({ path: "/api/generations" }),
    harmless: [200],
    check: ([answer]) => (answer?.text === '{"items":[],"nextCursor":null}' ? undefined : "tells"),
  },
  {
    name: "the attacker's library",
    run: ({ call, attacker }) => call({ path: "/api/generations", headers: { cookie: attacker } }),
    harmless: [200],
    check: findForeign,
  },
  {
    name: "the attacker's links",
    run: ({ call, attacker }) => call({ path: "/api/shares", headers: { cookie: attacker } }),
    harmless: [200],
    check: findForeign,
  },
  {
    name: "the attacker's ledger",
    run: ({ call, attacker }) => call({ path: "/ledger.csv", headers: { cookie: attacker } }),
    harmless: [200],
    check: findForeign,
  },
  ...["owner=everyone", "owner=*", "all=1", "limit=100&owner[]=x"].map(
    (query): Attempt => ({
      name: `the attacker's library with ${query}`,
      run: ({ call, attacker }) =>
        call({ path: `/api/generations?${query}`, headers: { cookie: attacker } }),
      harmless: [200],
      check: findForeign,
    }),
  ),
];

function findForeign(answers: Answer[], { done, running, hostile, revoked, slugs }: Scene) {
  const words = [done, running, hostile, revoked].flatMap((run) => Object.values(run));
  return answers.some(({ text }) =>
    [...words, ...Object.values(slugs)].some((word) => text.includes(word)),
  )
    ? "names what is another's"
    : undefined;
}

export const strangers: Theme = {
  title: "strangers",
  attempts: [
    ...attemptsOf("another owner", ({ attacker }) => ({ cookie: attacker })),
    ...attemptsOf("nobody", () => ({})),
    ...closed,
    ...links,
    ...more,
  ],
};
