import { appUrl, goodInput, initiateUrl, secrets, submission, toProxy } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Answer, Message } from "./client.ts";
import type { Scene } from "./scene.ts";

type Action = { name: string; ask: (scene: Scene) => Message; isClosed?: boolean };

const json = { "content-type": "application/json" };
const form = { "content-type": "application/x-www-form-urlencoded" };

// Each of them does what it says when the app's own page sends it.
const actions: Action[] = [
  {
    name: "a submit",
    ask: ({ victim }) =>
      submission({ headers: { cookie: victim }, input: { ...goodInput, prompt: "for free" } }),
  },
  {
    name: "a submit without a session",
    ask: () => submission({}),
  },
  {
    name: "an upload",
    ask: ({ victim }) => {
      const body = JSON.stringify({ content_type: "image/png", file_name: "x.png" });
      return toProxy("POST", initiateUrl, { cookie: victim }, body);
    },
  },
  {
    name: "a cancel",
    ask: ({ victim, running }) =>
      toProxy("PUT", `${appUrl}/requests/${running.requestId}/cancel`, { cookie: victim }),
  },
  {
    name: "a link",
    ask: ({ victim, revoked }) => ({
      method: "PUT",
      path: `/api/generations/${revoked.id}/share`,
      headers: { cookie: victim, ...json },
      body: "{}",
    }),
  },
  {
    name: "the end of a link",
    ask: ({ victim, hostile }) => ({
      method: "DELETE",
      path: `/api/generations/${hostile.id}/share`,
      headers: { cookie: victim },
    }),
  },
  {
    name: "the end of a generation",
    ask: ({ victim, done }) => ({
      method: "DELETE",
      path: `/api/generations/${done.id}`,
      headers: { cookie: victim },
    }),
  },
  {
    name: "a login",
    ask: () => ({
      method: "POST",
      path: "/login",
      headers: form,
      body: new URLSearchParams({ password: secrets.password }).toString(),
    }),
    isClosed: true,
  },
  {
    name: "a logout",
    ask: ({ insider }) => ({ method: "POST", path: "/logout", headers: { cookie: insider } }),
    isClosed: true,
  },
  {
    name: "a key of one's own",
    ask: ({ victim }) => ({
      method: "POST",
      path: "/key",
      headers: { cookie: victim, ...form },
      body: "key=evil-key-id:evil-key-secret",
    }),
  },
  {
    name: "a report of a link",
    ask: ({ slugs }) => ({ method: "POST", path: `/v/${slugs.hostile}/report`, headers: form }),
  },
  {
    name: "the password of a link",
    ask: ({ slugs }) => ({
      method: "POST",
      path: `/v/${slugs.locked}`,
      headers: form,
      body: new URLSearchParams({ password: secrets.share }).toString(),
    }),
  },
];

const senders: [name: string, headers: (origin: string) => Record<string, string>][] = [
  ["another site", () => ({ origin: "https://evil.test", "sec-fetch-site": "cross-site" })],
  ["another site, by Origin alone", () => ({ origin: "https://evil.test" })],
  ["another site, by Sec-Fetch-Site alone", () => ({ "sec-fetch-site": "cross-site" })],
  [
    "a sibling site",
    (origin) => ({ origin: "https://x.localhost", "sec-fetch-site": "same-site", referer: origin }),
  ],
  ["a sandboxed frame", () => ({ origin: "null" })],
  [
    "the same host at another port",
    (origin) => ({ origin: `http://${new URL(origin).hostname}:1` }),
  ],
  ["the same host by https", (origin) => ({ origin: origin.replace("http:", "https:") })],
  ["an origin that begins as ours", (origin) => ({ origin: `${origin}.evil.test` })],
  [
    "an origin that the Host claims",
    () => ({ host: "evil.test", origin: "http://evil.test", "x-forwarded-host": "evil.test" }),
  ],
  [
    "ours, while the browser says otherwise",
    (origin) => ({ origin, "sec-fetch-site": "cross-site" }),
  ],
];

const attempts: Attempt[] = actions.flatMap(({ name, ask, isClosed }) =>
  senders.map(
    ([sender, headersOf]): Attempt => ({
      name: `${name} from ${sender}`,
      run: (scene) => {
        const app = isClosed ? scene.closed : scene.open;
        const message = ask(scene);
        const headers = { ...message.headers, ...headersOf(app.origin) };
        const call = isClosed ? scene.callClosed : scene.call;
        return call({ ...message, headers });
      },
      check: ([answer]) => findGrant(answer),
    }),
  ),
);

function findGrant(answer: Answer | undefined): string | undefined {
  if (/^set-cookie:/im.test(answer?.headers ?? "")) return "a cookie was set";
  return findOpenDoor(answer);
}

function findOpenDoor(answer: Answer | undefined): string | undefined {
  return /^access-control-allow-(origin|credentials):/im.test(answer?.headers ?? "")
    ? "another site may read the answer"
    : undefined;
}

const reads = ["/api/generations", "/api/shares", "/api/spend", "/ledger", "/ledger.csv", "/"];
const reading: Attempt[] = reads.map((path) => ({
  name: `another site reads ${path}`,
  run: (scene) =>
    scene.call({
      path,
      headers: {
        cookie: scene.victim,
        origin: "https://evil.test",
        "sec-fetch-site": "cross-site",
      },
    }),
  // The browser keeps it from the other site.
  harmless: [200],
  check: ([answer]) => findOpenDoor(answer),
}));

const preflights: Attempt[] = ["/api/fal/proxy", "/api/generations", "/login", "/key"].map(
  (path) => ({
    name: `another site asks whether it may call ${path}`,
    run: (scene) =>
      scene.call({
        method: "OPTIONS",
        path,
        headers: {
          origin: "https://evil.test",
          "access-control-request-method": "POST",
          "access-control-request-headers": "x-fal-target-url, content-type",
        },
      }),
    harmless: [204],
    check: ([answer]) => findOpenDoor(answer),
  }),
);

export const origins: Theme = {
  title: "other sites",
  attempts: [...attempts, ...reading, ...preflights],
};
