import { once } from "node:events";
import net from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { login, secrets } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Answer, Message } from "./client.ts";
import type { Lab, LabName } from "./labs.ts";
import type { Scene } from "./scene.ts";
import { newAddress } from "./stage.ts";

// What a link, and an address, may guess in five minutes; and everyone together.
const GUESSES = 10;
const GUESSES_OF_ALL = 100;
const WINDOW_MS = 10 * 60_000;
const BUSY = [303, 503];

let windows = 0;

/** As it is when the guesses of those before are no longer counted. */
async function freshLab(scene: Scene, name: LabName): Promise<Lab> {
  const lab = await scene.lab(name);
  windows += 1;
  await lab.setClockAhead(windows * WINDOW_MS);
  return lab;
}

/** A link of the lab's owner that asks for a password. */
async function lockedIn(lab: Lab): Promise<string> {
  return lab.share(await lab.finish(), { password: secrets.share });
}

function guessAt(slug: string, password: string, from?: string): Message {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams({ password }).toString();
  return { method: "POST", path: `/v/${slug}`, headers, body, from };
}

/** How many of these were looked at: they got in, or heard that the password is wrong. */
function countCompared(answers: Answer[]): number {
  return answers.filter(({ status }) => status === 401 || status === 303).length;
}

type Try = {
  name: string;
  lab: LabName;
  /** The most that may be compared. */
  most: number;
  isLong?: boolean;
  /** The guesses, of which one is the right one, too late to be looked at. */
  run(lab: Lab): Promise<Answer[]>;
};

function toAttempt({ name, lab, most, isLong, run }: Try): Attempt {
  return {
    ...{ name, isLong, harmless: BUSY },
    async run(scene) {
      return run(await freshLab(scene, lab));
    },
    check(answers, { figures }) {
      const compared = countCompared(answers);
      if (compared > figures.compared) {
        figures.compared = compared;
        figures.comparedBy = name;
      }
      if (answers.some(({ status }) => status === 303)) return "one got in";
      return compared > most ? `${compared} were compared` : undefined;
    },
  };
}

const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const guessOf = (index: number, right: number, password: string) =>
  index === right ? password : `guess ${index}`;

const parallel: Try[] = [
  ...[30, 300].map(
    (count): Try => ({
      name: `${count} guesses at a link at once`,
      ...{ lab: "open", most: GUESSES, isLong: count > 100 },
      run: async (lab) => {
        const slug = await lockedIn(lab);
        return Promise.all(
          many(count, (index) =>
            lab.call(guessAt(slug, guessOf(index, count - 2, secrets.share), newAddress())),
          ),
        );
      },
    }),
  ),
  {
    name: "60 guesses at a link, one after the other",
    ...{ lab: "open", most: GUESSES },
    run: async (lab) => {
      const slug = await lockedIn(lab);
      const answers: Answer[] = [];
      for (let index = 0; index < 60; index++)
        answers.push(
          await lab.call(guessAt(slug, guessOf(index, 50, secrets.share), newAddress())),
        );
      return answers;
    },
  },
  {
    name: "60 logins from one address at once",
    ...{ lab: "shut", most: GUESSES },
    run: (lab) => {
      const from = newAddress();
      return Promise.all(
        many(60, (index) => lab.call({ ...login(guessOf(index, 58, secrets.password)), from })),
      );
    },
  },
  {
    name: "60 logins from one network of IPv6 at once, each from an address of its own",
    ...{ lab: "shut", most: GUESSES },
    run: (lab) =>
      Promise.all(
        many(60, (index) =>
          lab.call({
            ...login(guessOf(index, 58, secrets.password)),
            from: `2001:db8:1:1::${index.toString(16)}`,
          }),
        ),
      ),
  },
  {
    name: "60 logins from one network of IPv6, one after the other",
    ...{ lab: "shut", most: GUESSES },
    run: async (lab) => {
      const answers: Answer[] = [];
      for (let index = 0; index < 60; index++)
        answers.push(
          await lab.call({
            ...login(guessOf(index, 58, secrets.password)),
            from: `2001:db8:2:1:${index.toString(16)}::1`,
          }),
        );
      return answers;
    },
  },
  {
    name: "60 logins from one address that names others before its own",
    ...{ lab: "shut", most: GUESSES },
    run: async (lab) => {
      const from = newAddress();
      return Promise.all(
        many(60, (index) =>
          lab.call({
            ...login(guessOf(index, 58, secrets.password), {
              "x-forwarded-for": `203.0.113.${index}`,
            }),
            from,
          }),
        ),
      );
    },
  },
  ...[60, 1500].map(
    (count): Try => ({
      name: `${count.toLocaleString("en")} logins that hold back their last byte`,
      ...{ lab: "shut", most: GUESSES, isLong: count > 100 },
      run: (lab) => holdBack(lab, "/login", count, secrets.password),
    }),
  ),
  {
    name: "300 guesses at a link that hold back their last byte",
    ...{ lab: "open", most: GUESSES },
    run: async (lab) => holdBack(lab, `/v/${await lockedIn(lab)}`, 300, secrets.share),
  },
  {
    name: "400 logins from as many addresses at once",
    ...{ lab: "shut", most: GUESSES_OF_ALL, isLong: true },
    run: (lab) =>
      Promise.all(
        many(400, (index) =>
          lab.call({ ...login(guessOf(index, 398, secrets.password)), from: newAddress() }),
        ),
      ),
  },
];

/**
 * Opens them all, and only then lets the servers have the end of each. Past the gateway, which would pass on none before
 * it has all of it.
 */
async function holdBack(lab: Lab, path: string, count: number, right: string): Promise<Answer[]> {
  const from = newAddress();
  const open = many(count, (index) => {
    const { hostname, port } = new URL(lab.servers[index % lab.servers.length]?.origin ?? "");
    const body = new URLSearchParams({ password: guessOf(index, count - 2, right) });
    const text = body.toString();
    const socket = net.connect({ host: hostname, port: Number(port) });
    const chunks: Buffer[] = [];
    socket.on("error", () => {}).on("data", (bytes) => chunks.push(bytes));
    const headers = {
      host: new URL(lab.origin).host,
      "content-type": "application/x-www-form-urlencoded",
      "content-length": String(text.length),
      connection: "close",
      "x-forwarded-for": from,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${text.slice(0, -1)}`);
    return { socket, chunks, last: text.slice(-1) };
  });
  await delay(1_500 + count);
  for (const { socket, last } of open) socket.write(last);
  await Promise.race([
    Promise.all(open.map(({ socket }) => socket.closed || once(socket, "close").catch(() => {}))),
    delay(15_000),
  ]);
  return open.map(({ socket, chunks }) => {
    socket.destroy();
    const text = Buffer.concat(chunks).toString("latin1");
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
    return { status, headers: text.split("\r\n\r\n")[0] ?? "", text: "" };
  });
}

const more: Attempt[] = [
  {
    name: "whoever knows the password comes in fifteen times in a row",
    harmless: [303],
    async run(scene) {
      const lab = await freshLab(scene, "shut");
      const from = newAddress();
      const answers: Answer[] = [];
      for (let count = 0; count < 15; count++)
        answers.push(await lab.call({ ...login(secrets.password), from }));
      return answers;
    },
    check: (answers) =>
      answers.every(({ status }) => status === 303)
        ? undefined
        : `${answers.filter(({ status }) => status !== 303).length} were turned away`,
  },
  {
    name: "a visitor opens a link with the right password fifteen times in a row",
    harmless: [303],
    async run(scene) {
      const lab = await scene.lab("open");
      const slug = await lockedIn(lab);
      const answers: Answer[] = [];
      for (let count = 0; count < 15; count++)
        answers.push(await lab.call(guessAt(slug, secrets.share, newAddress())));
      return answers;
    },
    check: (answers) =>
      answers.every(({ status }) => status === 303) ? undefined : "the right one was turned away",
  },
  {
    name: "a hundred and twenty wrong ones of a stranger lock out a browser that was in before",
    harmless: [303],
    async run(scene) {
      const lab = await freshLab(scene, "shut");
      const known = findKnown(await lab.call(login(secrets.password)));
      const answers = await Promise.all(
        many(120, (index) => lab.call({ ...login(`guess ${index}`), from: newAddress() })),
      );
      const from = newAddress();
      return [...answers, await lab.call({ ...login(secrets.password, { cookie: known }), from })];
    },
    check: (answers) =>
      answers.at(-1)?.status === 303 ? undefined : "a known browser was turned away",
  },
];

/** By this a browser that was in before is known at the login, and nowhere else. */
function findKnown({ headers }: Answer): string {
  return /^set-cookie: (firstframe-known=[^;\s]+)/im.exec(headers)?.[1] ?? "";
}

const STARVED_MS = 2_000;

/** Whether a video's first byte has to wait for passwords to be hashed. */
const starving: Attempt[] = [
  ["guesses at six links", guessAtSix],
  ["changes of a link's password", changeOften],
].map(([name, strain]) => ({
  name: `60 ${name} at once keep a video from a visitor`,
  isLong: true,
  harmless: [200, 206, 303, 503],
  async run(scene: Scene) {
    const lab = await scene.lab("open");
    const run = await lab.finish();
    const slug = await lab.share(run);
    const look = async () => {
      const startedAt = performance.now();
      const answer = await lab.call({
        path: `/v/${slug}/video.mp4`,
        headers: { range: "bytes=0-9" },
      });
      const waited = performance.now() - startedAt;
      return waited > STARVED_MS
        ? { status: 500, headers: "", text: `it took ${Math.round(waited)} ms` }
        : answer;
    };
    await look();
    const strained = (strain as (lab: Lab) => Promise<Answer[]>)(lab);
    const looks: Answer[] = [];
    for (let count = 0; count < 5; count++) looks.push(await look());
    return [...looks, ...(await strained)];
  },
}));

async function guessAtSix(lab: Lab): Promise<Answer[]> {
  const slugs = await Promise.all(many(6, () => lockedIn(lab)));
  return Promise.all(
    slugs.flatMap((slug) =>
      many(10, (index) => lab.call(guessAt(slug, `guess ${index}`, newAddress()))),
    ),
  );
}

async function changeOften(lab: Lab): Promise<Answer[]> {
  const run = await lab.finish();
  return Promise.all(
    many(60, (index) =>
      lab.ask(`/api/generations/${run.id}/share`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ password: `password ${index}` }),
      }),
    ),
  );
}

export const guesses: Theme = {
  title: "guesses",
  attempts: [...parallel.map(toAttempt), ...more, ...starving],
};
