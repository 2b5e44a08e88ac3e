import { submitUrl, toProxy } from "./asks.ts";
import type { Theme } from "./attempt.ts";
import { type Message, sendBytes } from "./client.ts";
import type { Lab } from "./labs.ts";
import { type Strain, toCost } from "./strain.ts";

type Headers = Record<string, string | string[]>;
type Route = [name: string, path: (lab: Lab) => string | Promise<string>];

const repeat = (text: string, bytes: number) => text.repeat(Math.floor(bytes / text.length));
// A header may have 16 kB in all.
const LONGEST = 15_300;
const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"];
const smallCookies = letters.flatMap((a) => letters.map((b) => `${a}${b}=`)).join(";");

const cookies: [name: string, cookie: string][] = [
  ["3,844 small cookies", smallCookies],
  ["one cookie 5,000 times", repeat("a=;", LONGEST)],
  ["names without values", repeat("a;", LONGEST)],
  ["cookies of percent signs", repeat("a=%;", LONGEST)],
  ["a cookie of encoded letters", `a=${repeat("%41", LONGEST)}`],
  ["a cookie of quotes", `a=${repeat('"', LONGEST)}`],
  ["cookies of spaces", repeat(" ; ", LONGEST)],
  ["a session of 15 kB", `firstframe=${repeat("Fe26.2*", LONGEST)}`],
  ["two hundred sessions", repeat(`firstframe=${"Fe26.2*1*".repeat(7)}; `, LONGEST)],
];

const queries: [name: string, query: string][] = [
  ["7,600 names", repeat("a&", LONGEST)],
  ["5,000 different names", letters.flatMap((a) => letters.map((b) => `${a}${b}`)).join("&")],
  ["lists", repeat("a[]=&", LONGEST)],
  ["encoded letters", `a=${repeat("%41", LONGEST)}`],
  ["broken encodings", `a=${repeat("%", LONGEST)}`],
  ["plus signs", `a=${repeat("+", LONGEST)}`],
  ["equal signs", repeat("=", LONGEST)],
  ["slots", repeat("nxtPa=&", LONGEST)],
];

const others: [name: string, headers: Headers][] = [
  ["900 headers", Object.fromEntries(letters.flatMap((a) => toNames(a)).map((name) => [name, ""]))],
  ["3,000 languages", { "accept-language": repeat("a,b-c,", LONGEST) }],
  ["languages by weight", { "accept-language": repeat("a;q=0.1,", LONGEST) }],
  ["a language of subtags", { "accept-language": repeat("ab-", LONGEST) }],
  ["5,000 kinds of answer", { accept: repeat("a/b,", LONGEST) }],
  ["5,000 encodings", { "accept-encoding": repeat("gz,", LONGEST) }],
  ["a browser of 15 kB", { "user-agent": repeat("Mozilla/5.0 (", LONGEST) }],
  ["a browser of spaces", { "user-agent": `a${repeat(" ", LONGEST)}b` }],
  ["a robot, almost", { "user-agent": repeat("bo t/", LONGEST) }],
  ["7,000 addresses", { "x-forwarded-for": repeat("1,", LONGEST) }],
  ["hosts before it", { "x-forwarded-host": repeat("a,", LONGEST) }],
  ["a router's state", { rsc: "1", "next-router-state-tree": repeat("%5B", LONGEST) }],
  [
    "a deep router's state",
    { rsc: "1", "next-router-state-tree": encodeURIComponent("[".repeat(5000)) },
  ],
  ["a part of a page", { rsc: "1", "next-router-segment-prefetch": repeat("/a", LONGEST) }],
  ["a trace", { traceparent: repeat("0-", LONGEST), baggage: "a" }],
  ["a referrer of 15 kB", { referer: `http://${repeat("a.", LONGEST)}` }],
  ["an origin of 15 kB", { origin: `http://${repeat("a.", LONGEST)}` }],
];

function toNames(letter: string): string[] {
  return letters.slice(0, 36).flatMap((other) => (/[A-Z]/.test(letter) ? [] : [letter + other]));
}

const forFiles: [name: string, headers: Headers][] = [
  ["2,000 ranges", { range: `bytes=${repeat("0-0,", LONGEST)}` }],
  ["overlapping ranges", { range: `bytes=${repeat("0-,", LONGEST)}` }],
  ["a range of spaces", { range: `bytes=${repeat(" ", LONGEST)}0-1` }],
  ["a range of digits", { range: `bytes=${repeat("9", LONGEST)}-` }],
  ["4,000 ETags", { "if-none-match": repeat('"a",', LONGEST) }],
  ["weak ETags", { "if-none-match": repeat("W/", LONGEST) }],
  ["an ETag without an end", { "if-none-match": `"${repeat("\\", LONGEST)}` }],
  ["ETags to match", { "if-match": repeat('"a", ', LONGEST) }],
  ["a range of an ETag", { range: "bytes=0-1", "if-range": repeat('"', LONGEST) }],
  ["a date of 15 kB", { "if-modified-since": repeat("Mon, ", LONGEST) }],
];

const slugs = new WeakMap<Lab, Promise<{ id: string; slug: string }>>();

/** One video of the lab's owner, and its link. */
export function publishIn(lab: Lab): Promise<{ id: string; slug: string }> {
  const known = slugs.get(lab);
  if (known) return known;
  const made = lab.finish().then(async (run) => ({ id: run.id, slug: await lab.share(run) }));
  slugs.set(lab, made);
  return made;
}

const routes: Route[] = [
  ["the library", () => "/api/generations"],
  ["the studio", () => "/"],
  ["an icon", () => "/icon.svg"],
  ["the health", () => "/api/health"],
  ["a link", async (lab) => `/v/${(await publishIn(lab)).slug}`],
  ["a link's video", async (lab) => `/v/${(await publishIn(lab)).slug}/video.mp4`],
  ["the login", () => "/login"],
  ["nothing", () => "/no/such/page"],
];
const pages = routes.filter(([name]) => ["the studio", "a link", "the library"].includes(name));
const files: Route[] = [
  ...routes.filter(([name]) => name === "a link's video"),
  ["an owner's video", async (lab) => `/media/${(await publishIn(lab)).id}/video.mp4`],
  ["a poster", async (lab) => `/media/${(await publishIn(lab)).id}/poster.jpg`],
];

function across(kinds: readonly Route[], name: string, change: (path: string) => Message) {
  return kinds.map(
    ([route, pathOf], index): Strain => ({
      name: `${name}, to ${route}`,
      lab: "open",
      // One route of each stands for the others where time is short.
      isLong: index > 0,
      run: async (lab) => {
        const message = change(await pathOf(lab));
        const own = message.headers?.cookie ?? lab.cookie;
        return lab.call({ ...message, headers: { ...message.headers, cookie: own } });
      },
    }),
  );
}

const paths: [name: string, path: string][] = [
  ["a path of 15,000 slashes", repeat("/", LONGEST)],
  ["a path of dots", repeat("/..", LONGEST)],
  ["a path of encoded dots", repeat("/%2e", LONGEST)],
  ["a path of 7,000 folders", repeat("/a", LONGEST)],
  ["a path of broken encodings", `/${repeat("%", LONGEST)}`],
  ["a link of 15 kB", `/v/${repeat("a", LONGEST)}`],
  ["a video's name of 15 kB", `/media/a/${repeat("a", LONGEST)}`],
  ["a picture to make smaller", `/_next/image?w=640&q=75&url=${repeat("%2F", LONGEST)}`],
  ["an address to embed", `/api/oembed?url=http://${repeat("a@", LONGEST)}`],
  [
    "a page of the library by a cursor of 15 kB",
    `/api/generations?cursor=${repeat("e30", LONGEST)}`,
  ],
];

const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data; boundary=x";
const MEGABYTE = 2 ** 20;

const fieldsOf = (count: number) => "a&".repeat(count);
const part = '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n\r\n';

type Body = [name: string, type: string, body: () => string | Buffer];

const forms: Body[] = [
  ["a form of 2,000 fields", FORM, () => fieldsOf(2_000)],
  ["a form of encoded letters", FORM, () => `password=${repeat("%41", 4_000)}`],
  ["a form of 806,000 fields", FORM, () => fieldsOf(806_000)],
  ["a form of 100,000 parts", MULTIPART, () => `${part.repeat(100_000)}--x--\r\n`],
  ["a part with 50,000 headers", MULTIPART, () => `--x\r\n${"a: b\r\n".repeat(50_000)}\r\n--x--`],
  ["a form of boundaries, almost", MULTIPART, () => repeat("\r\n--", 4 * MEGABYTE)],
  [
    "a form with a long name",
    MULTIPART,
    () => part.replace('"a"', `"${"a".repeat(4 * MEGABYTE)}"`),
  ],
  ["a form whose type is 15 kB", `multipart/form-data; boundary=${"-".repeat(15_000)}`, () => part],
];
const texts: Body[] = [
  ["JSON of 60,000 brackets", "application/json", () => repeat("[", 60_000)],
  ["JSON of 30,000 lists", "application/json", () => `[${repeat("[],", 60_000)}0]`],
  ["JSON of 8,000 names", "application/json", () => `{${toFields(8_000)}}`],
  ["JSON of escapes", "application/json", () => `{"prompt":"${repeat("\\u0041", 60_000)}"}`],
  ["JSON of digits", "application/json", () => `{"prompt":${repeat("9", 60_000)}}`],
  ["JSON of spaces", "application/json", () => repeat(" ", 60_000)],
  ["a prompt of combining marks", "application/json", () => toPrompt("\u0301\u0323")],
  ["a prompt of joined emoji", "application/json", () => toPrompt("👩\u200d")],
  ["a prompt of half characters", "application/json", () => toPrompt("\\ud83d")],
  ["an address of at signs", "application/json", () => `{"url":"http://${repeat("a@", 8_000)}"}`],
  ["an address of dots", "application/json", () => `{"url":"http://${repeat("a.", 8_000)}"}`],
];

function toFields(count: number): string {
  return Array.from({ length: count }, (_, index) => `"${index.toString(36)}":0`).join(",");
}

function toPrompt(text: string): string {
  return `{"prompt":"${repeat(text, 20_000)}"}`;
}

type Place = [name: string, ask: (lab: Lab) => Message | Promise<Message>];
const post = (path: string) => ({ method: "POST", path });
const formPlaces: Place[] = [
  ["the share sheet", () => post("/shared")],
  ["the login", () => post("/login")],
  ["the form for a key", () => post("/key")],
  ["a link's password", async (lab) => post(`/v/${(await publishIn(lab)).slug}`)],
  ["the studio", () => post("/")],
  ["a server action", () => ({ ...post("/"), headers: { "next-action": "0".repeat(42) } })],
];
const textPlaces: Place[] = [
  ["the gate", () => toProxy("POST", submitUrl)],
  ["the fetcher of pictures", () => post("/api/pictures")],
  [
    "a link's options",
    async (lab) => ({
      method: "PUT",
      path: `/api/generations/${(await publishIn(lab)).id}/share`,
    }),
  ],
  ["fal's reports", () => post("/api/fal/webhook?generation=x")],
];

function inBodies(bodies: readonly Body[], places: readonly Place[]): Strain[] {
  return bodies.flatMap(([name, type, make]) =>
    places.map(
      ([place, ask], index): Strain => ({
        name: `${name}, to ${place}`,
        lab: "open",
        isLong: index > 0,
        run: async (lab) => {
          const message = await ask(lab);
          const headers = { ...message.headers, "content-type": type, cookie: lab.cookie };
          return lab.call({ ...message, headers, body: make() });
        },
      }),
    ),
  );
}

const BURST_BYTES = 64 * 1024;

// Past the gateway, which would pass them on one by one.
const bursts = routes.map(
  ([name, pathOf], index): Strain => ({
    name: `64 kB of requests at once, for ${name}`,
    lab: "open",
    isLong: index > 0,
    async run(lab) {
      const { host } = new URL(lab.origin);
      const request = `GET ${await pathOf(lab)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
      return sendBytes(lab.servers[0]?.origin ?? "", repeat(request, BURST_BYTES));
    },
  }),
);

const strains: Strain[] = [
  ...cookies.flatMap(([name, cookie]) =>
    across(routes, name, (path) => ({ path, headers: { cookie } })),
  ),
  ...queries.flatMap(([name, query]) =>
    across(routes, `a query of ${name}`, (path) => ({ path: `${path}?${query}` })),
  ),
  ...others.flatMap(([name, headers]) => across(pages, name, (path) => ({ path, headers }))),
  ...forFiles.flatMap(([name, headers]) => across(files, name, (path) => ({ path, headers }))),
  ...paths.map(
    ([name, path]): Strain => ({
      ...{ name, lab: "open" },
      run: (lab) => lab.call({ path, headers: { cookie: lab.cookie } }),
    }),
  ),
  ...inBodies(forms, formPlaces),
  ...inBodies(texts, textPlaces),
  ...bursts,
];

export const costs: Theme = { title: "costs of one request", attempts: strains.map(toCost) };
