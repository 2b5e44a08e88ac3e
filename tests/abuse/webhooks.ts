import { makeSigner, type SignedWebhook } from "../fake-upstream/signer.ts";
import type { Run } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Message } from "./client.ts";
import type { Scene } from "./scene.ts";

const stranger = makeSigner();
const WINDOW_SECONDS = 300;

type Change = (webhook: SignedWebhook, scene: Scene) => SignedWebhook;

const without =
  (...names: string[]): Change =>
  ({ headers, body }) => ({
    body,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name))),
  });
const withHeader =
  (name: string, value: string | ((scene: Scene) => string)): Change =>
  ({ headers, body }, scene) => ({
    body,
    headers: { ...headers, [name]: typeof value === "string" ? value : value(scene) },
  });

const signature = "x-fal-webhook-signature";
const timestamp = "x-fal-webhook-timestamp";
const requestId = "x-fal-webhook-request-id";
const userId = "x-fal-webhook-user-id";

const changes: [name: string, change: Change][] = [
  ["without its signature", without(signature)],
  ["without any of its headers", without(signature, timestamp, requestId, userId)],
  ["without its time", without(timestamp)],
  ["without its request", without(requestId)],
  ["without its user", without(userId)],
  ["with an empty signature", withHeader(signature, "")],
  ["with a signature of zeros", withHeader(signature, "0".repeat(128))],
  ["with half a signature", ({ headers, body }) => cutSignature(headers, body)],
  ["with a signature in base64", withHeader(signature, "A".repeat(88))],
  ["with another request in its header", withHeader(requestId, ({ done }) => done.requestId)],
  ["with another user", withHeader(userId, "user-2")],
  ["with another time", withHeader(timestamp, String(Math.floor(Date.now() / 1000) - 7))],
  ["with a time that is no number", withHeader(timestamp, "now")],
  ["with a negative time", withHeader(timestamp, "-1")],
  ["with another body", ({ headers, body }) => ({ headers, body: body.replace("OK", "ERROR") })],
  ["with a space in its body", ({ headers, body }) => ({ headers, body: `${body} ` })],
  ["with no body", ({ headers }) => ({ headers, body: "" })],
];

function cutSignature(headers: SignedWebhook["headers"], body: string): SignedWebhook {
  return { body, headers: { ...headers, [signature]: (headers[signature] ?? "").slice(0, 64) } };
}

const now = () => Date.now() / 1000;

const makes: [name: string, make: (scene: Scene) => SignedWebhook][] = [
  ["signed with another key", ({ running }) => stranger.sign(running)],
  [
    "with another request in its body",
    ({ running, done, upstream }) =>
      upstream.signer.sign({ ...running, content: { request_id: done.requestId } }),
  ],
  [
    "with no status",
    ({ running, upstream }) => upstream.signer.sign({ ...running, content: { status: undefined } }),
  ],
  [
    "with a status of its own",
    ({ running, upstream }) => upstream.signer.sign({ ...running, content: { status: "PAID" } }),
  ],
];

const forged: Attempt[] = [
  ...changes.map(
    ([name, change]): Attempt => ({
      name: `a webhook ${name}`,
      run: (scene) =>
        scene.call(
          deliver(scene.running, change(scene.upstream.signer.sign(scene.running), scene)),
        ),
    }),
  ),
  ...makes.map(
    ([name, make]): Attempt => ({
      name: `a webhook ${name}`,
      run: (scene) => scene.call(deliver(scene.running, make(scene))),
    }),
  ),
  {
    name: "a webhook of two megabytes",
    run: (scene) =>
      scene.call(
        deliver(
          scene.running,
          scene.upstream.signer.sign({
            ...scene.running,
            content: { payload: "a".repeat(2 * 2 ** 20) },
          }),
        ),
      ),
  },
  {
    name: "a webhook for no generation",
    run: (scene) =>
      scene.call({ ...deliver(scene.running, sign(scene)), path: "/api/fal/webhook" }),
  },
  {
    name: "forgeries without end ask for the keys once a minute at most",
    run: async (scene) =>
      Promise.all(
        Array.from({ length: 20 }, () =>
          scene.call(deliver(scene.running, stranger.sign(scene.running))),
        ),
      ),
    check: (_, { upstream }) =>
      upstream.keysAsked() > 2 ? `asked ${upstream.keysAsked()} times` : undefined,
  },
];

// Genuine, so the answer is that it was taken; nothing comes of it.
const replayed: Attempt[] = [
  {
    name: "a genuine webhook again, after the run has ended",
    run: async (scene) => {
      const webhook = scene.upstream.signer.sign(scene.done);
      return [
        await scene.call(deliver(scene.done, webhook)),
        await scene.call(deliver(scene.done, webhook)),
      ];
    },
    harmless: [200],
  },
  ...(["too old", "from the future"] as const).map(
    (name): Attempt => ({
      name: `a genuine webhook that is ${name}`,
      run: (scene) =>
        scene.call(
          deliver(
            scene.done,
            scene.upstream.signer.sign({
              ...scene.done,
              atSeconds: now() + (name === "too old" ? -1 : 1) * (WINDOW_SECONDS + 5),
            }),
          ),
        ),
      harmless: [200],
    }),
  ),
  {
    name: "a genuine webhook to another generation of the same owner",
    run: (scene) => scene.call(deliver(scene.running, scene.upstream.signer.sign(scene.done))),
    harmless: [200],
  },
  {
    name: "a genuine webhook to another owner's generation",
    run: (scene) =>
      scene.call(deliver(scene.attackersOwn, scene.upstream.signer.sign(scene.running))),
    harmless: [200],
  },
  {
    name: "a genuine webhook of a request that is not ours",
    run: (scene) =>
      scene.call(
        deliver(scene.running, scene.upstream.signer.sign({ requestId: crypto.randomUUID() })),
      ),
    harmless: [200],
  },
  {
    name: "a genuine webhook to a generation that is not there",
    run: (scene) => scene.call(deliver({ ...scene.running, id: crypto.randomUUID() }, sign(scene))),
    harmless: [200],
  },
  {
    name: "a genuine webhook to SQL",
    run: (scene) => scene.call(deliver({ ...scene.running, id: "' or 1=1--" }, sign(scene))),
    harmless: [200],
  },
];

function sign({ running, upstream }: Scene): SignedWebhook {
  return upstream.signer.sign(running);
}

function deliver({ id }: Run, { headers, body }: SignedWebhook): Message {
  const path = `/api/fal/webhook?generation=${encodeURIComponent(id)}`;
  return { method: "POST", path, headers, body };
}

export const webhooks: Theme = { title: "webhooks", attempts: [...forged, ...replayed] };
