import { sealData } from "iron-session";
import { secrets } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Answer } from "./client.ts";
import type { Scene } from "./scene.ts";

const elsewhere = "another-secret-0123456789abcdef0123456789";
const sealOf = (cookie: string) => cookie.slice(cookie.indexOf("=") + 1);
const nameOf = (cookie: string) => cookie.slice(0, cookie.indexOf("="));
const flip = (text: string, at: number) => {
  const place = at < 0 ? text.length + at : at;
  return text.slice(0, place) + (text[place] === "A" ? "B" : "A") + text.slice(place + 1);
};

const splice = (one: string, other: string, at: number) => one.slice(0, -at) + other.slice(-at);

const sessions: [name: string, make: (scene: Scene) => string | Promise<string>][] = [
  ["nothing in it", () => ""],
  ["a word in it", () => "everyone"],
  ["an owner in plain", () => JSON.stringify({ owner: "everyone" })],
  ["an owner in base64", () => Buffer.from('{"owner":"everyone"}').toString("base64")],
  ["its end cut off", ({ victim }) => sealOf(victim).slice(0, -10)],
  ["half of it", ({ victim }) => sealOf(victim).slice(0, 80)],
  ["its first letter changed", ({ victim }) => flip(sealOf(victim), 0)],
  ["a letter of its salt changed", ({ victim }) => flip(sealOf(victim), 20)],
  ["a letter of its middle changed", ({ victim }) => flip(sealOf(victim), 130)],
  ["its last but third letter changed", ({ victim }) => flip(sealOf(victim), -6)],
  ["another's end", ({ victim, attacker }) => splice(sealOf(victim), sealOf(attacker), 64)],
  ["another's beginning", ({ victim, attacker }) => splice(sealOf(attacker), sealOf(victim), 64)],
  ["another secret", () => sealData({ owner: "everyone" }, { password: elsewhere })],
  [
    "the secret of the environment's example",
    () => sealData({ owner: "everyone" }, { password: "change-me-change-me-change-me-change-me" }),
  ],
  [
    "no expiry left",
    async () => (await sealData({ owner: "x" }, { password: elsewhere, ttl: 1 })).slice(0, -1),
  ],
  ["a JWT without a signature", () => "eyJhbGciOiJub25lIn0.eyJvd25lciI6ImV2ZXJ5b25lIn0."],
  ["a very long one", () => "a".repeat(8_000)],
  ["SQL", () => "'%20or%201=1--"],
];

const sessionAttempts: Attempt[] = sessions.flatMap(([name, make]) => [
  {
    name: `a session with ${name} reads a generation`,
    run: async (scene: Scene) =>
      scene.call({
        path: `/api/generations/${scene.done.id}`,
        headers: { cookie: `${nameOf(scene.victim)}=${await make(scene)}` },
      }),
  },
  {
    name: `a session with ${name} opens the closed library`,
    run: async (scene: Scene) =>
      scene.callClosed({
        path: "/api/generations",
        headers: { cookie: `${nameOf(scene.insider)}=${await make(scene)}` },
      }),
  },
]);

const cookieTricks: Attempt[] = [
  ["in capitals", ({ victim }: Scene) => victim.replace("firstframe", "FIRSTFRAME")],
  ["with a prefix", ({ victim }: Scene) => `__Host-${victim}`],
  ["under another name", ({ victim }: Scene) => victim.replace("firstframe", "session")],
  ["behind an attacker's own", ({ attacker, victim }: Scene) => `${attacker}, ${victim}`],
].map(([name, make]) => ({
  name: `a session ${name}`,
  run: (scene: Scene) =>
    scene.call({
      path: `/api/generations/${scene.done.id}`,
      headers: { cookie: (make as (scene: Scene) => string)(scene) },
    }),
}));

// 16 random bytes that open a locked link, and those of a link that was not locked.
const unlocking: Attempt[] = [
  ["nothing", () => ""],
  ["a word", () => "1"],
  ["the session", ({ victim }: Scene) => sealOf(victim)],
  [
    "another secret",
    ({ slugs }: Scene) => sealData({ value: `${slugs.locked} x` }, { password: elsewhere }),
  ],
  ["the password itself", () => encodeURIComponent(secrets.share)],
].flatMap(([name, make]) =>
  ["", "/embed", "/video.mp4", "/poster.jpg"].map((path) => ({
    name: `a locked link${path} with ${name} for a key`,
    run: async (scene: Scene) => {
      const value = await (make as (scene: Scene) => string | Promise<string>)(scene);
      const cookie = `firstframe-${scene.slugs.locked}=${value}`;
      return scene.call({ path: `/v/${scene.slugs.locked}${path}`, headers: { cookie } });
    },
  })),
);

const guesses = [
  "",
  "tr0ub4dor",
  "TR0UB4DOR-AND-3",
  "tr0ub4dor -and-3",
  "%00",
  "undefined",
  "null",
];
const guessing: Attempt[] = guesses.map((guess) => ({
  name: `a locked link with the password ${JSON.stringify(guess)}`,
  run: ({ call, slugs }) =>
    call({
      method: "POST",
      path: `/v/${slugs.locked}`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: `password=${guess}`,
    }),
}));

const encode = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const uuid = "00000000-0000-4000-8000-000000000000";

const cursors: [name: string, cursor: string | ((scene: Scene) => string)][] = [
  ["SQL in plain", "' or 1=1--"],
  ["SQL for the id", encode([0, "' or '1'='1"])],
  ["SQL for the time", encode(["0 or 1=1", uuid])],
  ["another owner's generation as the id alone", ({ done }) => encode([done.id])],
  ["a negative time", encode([-1, uuid])],
  ["a time beyond numbers", encode(`[1e999,"${uuid}"]`)],
  ["a time beyond precision", encode(`[9007199254740993,"${uuid}"]`)],
  ["a time in halves", encode([0.5, uuid])],
  ["three parts", encode([0, uuid, "x"])],
  ["an object", encode({ createdAt: 0, id: uuid })],
  ["__proto__", encode('{"__proto__":[0,"x"]}')],
  ["null", encode(null)],
  ["no JSON", encode("x")],
  ["no base64", "%%%"],
  ["padding in the wrong place", "=W10="],
  ["a null byte", "%00"],
  ["a space", " "],
  ["300 letters", "a".repeat(300)],
  ["deep lists", encode("[".repeat(100))],
];

const cursorAttempts: Attempt[] = cursors.map(([name, cursor]) => ({
  name: `a cursor with ${name}`,
  run: (scene) => {
    const text = typeof cursor === "function" ? cursor(scene) : cursor;
    const path = `/api/generations?cursor=${text.startsWith("%") ? text : encodeURIComponent(text)}`;
    return scene.call({ path, headers: { cookie: scene.attacker } });
  },
}));

const foreignCursor: Attempt = {
  name: "a cursor at another owner's newest generation",
  run: ({ call, attacker, running }) =>
    call({
      path: `/api/generations?cursor=${encode([Date.now() + 60_000, running.id])}`,
      headers: { cookie: attacker },
    }),
  // A place in time; whose library it is in, the session says.
  harmless: [200],
  check: (answers: Answer[], { running, done }) =>
    answers.some(({ text }) => text.includes(running.id) || text.includes(done.id))
      ? "names what is another's"
      : undefined,
};

const limits: Attempt[] = [
  "0",
  "-1",
  "101",
  "1e9",
  "NaN",
  "1;drop",
  "0x10000",
  "",
  "1.5",
  "[]",
].map((limit) => ({
  name: `a library of ${limit || "nothing"} a page`,
  run: ({ call, attacker }) =>
    call({ path: `/api/generations?limit=${limit}`, headers: { cookie: attacker } }),
}));

export const tampering: Theme = {
  title: "tampering",
  attempts: [
    ...sessionAttempts,
    ...cookieTricks,
    ...unlocking,
    ...guessing,
    ...cursorAttempts,
    foreignCursor,
    ...limits,
  ],
};
