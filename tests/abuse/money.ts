import { goodInput, initiateUrl, json, pictureUrl, submission, toProxy, visit } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Answer } from "./client.ts";
import type { Lab, LabName } from "./labs.ts";
import { newAddress } from "./stage.ts";
import { waitUntil } from "./waits.ts";

const USD_A_RUN = 0.5;
const USD_A_DAY = 2;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const worthless = "key-of-nobody-1234:0123456789abcdef0123456789abcdef";

const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

type Spree = {
  name: string;
  lab: LabName;
  /** What may be spent at most. */
  usd: number;
  isLong?: boolean;
  /** Tries to spend more. What it spends counts from where it says so, else from its begin. */
  run(lab: Lab, from: () => void): Promise<Answer[]>;
};

function toAttempt({ name, lab: labName, usd, isLong, run }: Spree): Attempt {
  let spent = 0;
  return {
    ...{ name, isLong, harmless: [200, 202, 303, 503] },
    async run(scene) {
      const lab = await scene.lab(labName);
      let before = lab.upstream.taken();
      const answers = await run(lab, () => {
        before = lab.upstream.taken();
      });
      spent = (lab.upstream.taken() - before) * USD_A_RUN;
      scene.figures.usdThrough += Math.max(0, spent - usd);
      // The next one finds the day's budget as it is at its begin.
      await scene.closeLabs();
      return answers;
    },
    check: () => (spent > usd ? `it cost $${spent} where $${usd} may be spent` : undefined),
  };
}

function clickWith(lab: Lab, headers: Record<string, string>, from?: string, prompt = "a rocket") {
  const input = { ...goodInput, prompt };
  return lab.call({ ...submission({ headers, input }), from });
}

// For an address there may be more than for an owner: a family is behind one.
const OWNER_USD = 0.5;
const ADDRESS_USD = 3 * OWNER_USD;

const strangers: Spree[] = [
  {
    name: "40 clicks of one address without a cookie",
    ...{ lab: "mean", usd: ADDRESS_USD },
    run: (lab) => {
      const from = newAddress();
      return Promise.all(many(40, (index) => clickWith(lab, {}, from, `a rocket ${index}`)));
    },
  },
  {
    name: "40 clicks of one address, each with a new session",
    ...{ lab: "mean", usd: ADDRESS_USD },
    async run(lab) {
      const from = newAddress();
      const cookies = await Promise.all(many(40, () => visit(lab, { from })));
      return Promise.all(cookies.map((cookie) => clickWith(lab, { cookie }, from)));
    },
  },
  {
    name: "40 clicks of one address, one after the other, each with a new session",
    ...{ lab: "mean", usd: ADDRESS_USD, isLong: true },
    async run(lab) {
      const from = newAddress();
      const answers: Answer[] = [];
      for (let count = 0; count < 40; count++)
        answers.push(await clickWith(lab, { cookie: await visit(lab, { from }) }, from));
      return answers;
    },
  },
  {
    name: "40 clicks of one network of IPv6, each from an address and with a session of its own",
    ...{ lab: "mean", usd: ADDRESS_USD },
    async run(lab) {
      const addresses = many(40, (index) => `2001:db8:7:7:${index.toString(16)}::1`);
      const cookies = await Promise.all(addresses.map((from) => visit(lab, { from })));
      return Promise.all(
        cookies.map((cookie, index) => clickWith(lab, { cookie }, addresses[index])),
      );
    },
  },
  {
    name: "40 clicks of one address that names others before its own",
    ...{ lab: "mean", usd: ADDRESS_USD },
    async run(lab) {
      const from = newAddress();
      const cookies = await Promise.all(many(40, () => visit(lab, { from })));
      return Promise.all(
        cookies.map((cookie, index) =>
          clickWith(lab, { cookie, "x-forwarded-for": `203.0.113.${index}` }, from),
        ),
      );
    },
  },
  {
    name: "20 clicks of one owner at once",
    ...{ lab: "mean", usd: OWNER_USD },
    run: (lab) =>
      Promise.all(
        many(20, (index) => clickWith(lab, { cookie: lab.cookie }, undefined, `${index}`)),
      ),
  },
  {
    name: "60 clicks of as many strangers at once",
    ...{ lab: "twoDollars", usd: USD_A_DAY },
    async run(lab) {
      const cookies = await Promise.all(many(60, () => visit(lab, { from: newAddress() })));
      return Promise.all(cookies.map((cookie) => clickWith(lab, { cookie }, newAddress())));
    },
  },
];

async function keepKey(lab: Lab, key: string): Promise<string> {
  const answer = await lab.ask("/key", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ key }).toString(),
  });
  return /^set-cookie: ([^;\s]+)/im.exec(answer.headers)?.[1] ?? lab.cookie;
}

const keys: Spree[] = [
  {
    name: "clicks that were refused with a worthless key, again without it",
    ...{ lab: "twoDollars", usd: 0 },
    async run(lab) {
      const names = many(10, () => crypto.randomUUID());
      const cookie = await keepKey(lab, worthless);
      const click = (name: string, cookie: string) =>
        clickWith(lab, { cookie, "x-idempotency-key": name });
      const refused = await Promise.all(names.map((name) => click(name, cookie)));
      return [...refused, ...(await Promise.all(names.map((name) => click(name, lab.cookie))))];
    },
  },
  {
    name: "clicks that were refused with a worthless key, again once it is forgotten",
    ...{ lab: "twoDollars", usd: 0 },
    async run(lab) {
      const names = many(10, () => crypto.randomUUID());
      const cookie = await keepKey(lab, worthless);
      const click = (name: string, cookie: string) =>
        clickWith(lab, { cookie, "x-idempotency-key": name });
      const refused = await Promise.all(names.map((name) => click(name, cookie)));
      const without = await keepKey({ ...lab, cookie } as Lab, "");
      return [...refused, ...(await Promise.all(names.map((name) => click(name, without))))];
    },
  },
];

const prices: Spree[] = [
  {
    name: "ten clicks on a model that has no price today",
    ...{ lab: "priceless", usd: USD_A_DAY },
    async run(lab) {
      // The prices are asked for at the start, beside everything else.
      await waitUntil(() => lab.upstream.calls.some(({ url }) => url.includes("/pricing")), 5_000);
      const answers: Answer[] = [];
      for (let index = 0; index < 10; index++)
        answers.push(await clickWith(lab, { cookie: lab.cookie }, newAddress(), `${index}`));
      return answers;
    },
  },
];

/** A minute before the next midnight of UTC, as so many milliseconds from now. */
function untilMidnight(): number {
  return DAY_MS - (Date.now() % DAY_MS);
}

const days: Spree[] = [
  ["fal's account was empty", 402],
  ["fal had refused the key", 401],
  ["fal was too busy", 429],
].map(([name, refusal]) => ({
  name: `four clicks from before midnight, when ${name}, beside four of the new day`,
  ...{ lab: "twoDollars", usd: USD_A_DAY },
  async run(lab, from) {
    await lab.setClockAhead(untilMidnight() - MINUTE_MS);
    const names = many(4, () => crypto.randomUUID());
    const clickAs = (name: string) =>
      lab.submit({
        headers: { "x-idempotency-key": name },
        input: { ...goodInput, prompt: name },
      });
    const refused: Answer[] = [];
    for (const name of names)
      refused.push(
        await lab.submit({
          headers: { "x-idempotency-key": name },
          input: { ...goodInput, prompt: name },
          refusal: Number(refusal),
        }),
      );
    await lab.setClockAhead(untilMidnight() + MINUTE_MS);
    from();
    const fresh: Answer[] = [];
    for (let count = 0; count < 4; count++) fresh.push(await clickAs(crypto.randomUUID()));
    const again: Answer[] = [];
    for (const name of names) again.push(await clickAs(name));
    return [...refused, ...fresh, ...again];
  },
}));

const cancelled: Spree[] = [
  {
    name: "eight runs that are cancelled after they began",
    ...{ lab: "twoDollars", usd: USD_A_DAY },
    async run(lab) {
      const answers: Answer[] = [];
      for (let count = 0; count < 8; count++) {
        const answer = await lab.submit({ input: { ...goodInput, prompt: `${count}` } });
        answers.push(answer);
        if (answer.status !== 200) continue;
        const { generation_id: id, request_id: requestId } = JSON.parse(answer.text);
        lab.upstream.planAll({ isCancelled: true });
        const at = `https://queue.fal.run/fal-ai/minimax-video/requests/${requestId}`;
        const headers = { cookie: lab.cookie };
        answers.push(await lab.call(toProxy("PUT", `${at}/cancel`, headers)));
        await waitUntil(async () => {
          const { text } = await lab.ask(`/api/generations/${id}`);
          return (JSON.parse(text) as { status: string }).status === "cancelled";
        }, 5_000);
      }
      return answers;
    },
  },
];

const picture = JSON.stringify({ content_type: "image/png", file_name: "x.png" });

/** Places for uploads: each is the operator's storage at fal. */
const uploads: Attempt[] = [
  {
    name: "60 places for uploads from one address without a session",
    async run(scene) {
      const lab = await scene.lab("mean");
      const from = newAddress();
      return Promise.all(
        many(60, () => lab.call({ ...toProxy("POST", initiateUrl, {}, picture), from })),
      );
    },
  },
  {
    name: "a place for an upload with a session that nobody gave",
    async run(scene) {
      const lab = await scene.lab("mean");
      const headers = { cookie: `${lab.cookie.slice(0, -20)}aaaaaaaaaaaaaaaaaaaa` };
      return lab.call(toProxy("POST", initiateUrl, headers, picture));
    },
  },
  {
    name: "900 places for uploads of each server from one address, with a new session for each thirty",
    isLong: true,
    harmless: [200],
    async run(scene) {
      const lab = await scene.lab("mean");
      const from = newAddress();
      const cookies = await Promise.all(many(30 * scene.world.servers, () => visit(lab, { from })));
      return Promise.all(
        cookies.flatMap((cookie) =>
          many(30, () => lab.call({ ...toProxy("POST", initiateUrl, { cookie }, picture), from })),
        ),
      );
    },
    check(answers, { world }) {
      // Three times of what one session may, on each server: calls that cost no money are counted in its memory.
      const passed = answers.filter(({ status }) => status === 200).length;
      return passed > 3 * 240 * world.servers ? `${passed} passed` : undefined;
    },
  },
];

const FILE_BYTES = 8 * 2 ** 20;
const MOST_FILES_BYTES = 500 * 2 ** 20;
const MOST_WAITING = 100;

/** Without a key it costs no money but the machine itself. */
const atLocal: Attempt[] = [
  {
    name: "100 pictures of 8 MB from one stranger, to the local fal",
    isLong: true,
    harmless: [200, 201, 204],
    async run(scene) {
      const lab = await scene.lab("local");
      const from = newAddress();
      const cookie = await visit(lab, { from });
      const body = Buffer.concat([
        Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
        Buffer.alloc(FILE_BYTES),
      ]);
      const answers: Answer[] = [];
      for (let count = 0; count < 100; count++) {
        const place = await lab.call({
          ...toProxy("POST", initiateUrl, { cookie }, picture),
          from,
        });
        if (place.status !== 200) {
          answers.push(place);
          continue;
        }
        const { upload_url } = JSON.parse(place.text) as { upload_url: string };
        const { pathname, search } = new URL(upload_url);
        const headers = { cookie, "content-type": "image/png" };
        const path = pathname + search;
        answers.push(await lab.call({ method: "PUT", path, headers, body, from }));
      }
      return answers;
    },
    check(answers) {
      const kept = answers.filter(({ status }) => status < 300).length * FILE_BYTES;
      return kept > MOST_FILES_BYTES ? `${kept} bytes were kept` : undefined;
    },
  },
  {
    name: "300 renders from one stranger, with a new session for each ten",
    isLong: true,
    harmless: [200, 503],
    async run(scene) {
      const lab = await scene.lab("local");
      const from = newAddress();
      const cookies = await Promise.all(many(30, () => visit(lab, { from })));
      const target = "https://queue.fal.run/fal-ai/minimax-video";
      return Promise.all(
        cookies.flatMap((cookie, at) =>
          many(10, (index) =>
            lab.call({
              ...toProxy("POST", target, { cookie }, JSON.stringify({ prompt: `${at} ${index}` })),
              from,
            }),
          ),
        ),
      );
    },
    check(answers) {
      const taken = answers.filter(({ status }) => status === 200).length;
      return taken > MOST_WAITING ? `${taken} were taken` : undefined;
    },
  },
];

/** None of them may start anything. */
const lookAlikes: Attempt[] = (
  [
    ["no session", () => ({})],
    ["a session of another server", () => ({ cookie: "firstframe=Fe26.2*1*aaaa*bbbb*cccc" })],
    ["an empty session", () => ({ cookie: "firstframe=" })],
  ] as [string, () => Record<string, string>][]
).flatMap(([name, headersOf]) => [
  {
    name: `an upload with ${name}`,
    run: async (scene) => {
      const lab = await scene.lab("mean");
      return lab.call(toProxy("POST", initiateUrl, headersOf(), picture));
    },
  } satisfies Attempt,
  {
    name: `a picture by its address with ${name}`,
    run: async (scene) => {
      const lab = await scene.lab("mean");
      return lab.call({
        ...{ method: "POST", path: "/api/pictures", headers: { ...json, ...headersOf() } },
        body: JSON.stringify({ url: pictureUrl }),
      });
    },
  } satisfies Attempt,
]);

export const money: Theme = {
  title: "money",
  attempts: [
    ...[...strangers, ...keys, ...prices, ...days, ...cancelled].map(toAttempt),
    ...[...uploads, ...lookAlikes, ...atLocal],
  ],
};
