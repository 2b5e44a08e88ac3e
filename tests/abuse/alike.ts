import { MEGABYTES_OF_ONE, PLACES_OF_ONE } from "./alike-env.ts";
import { goodInput, initiateUrl, submission, toProxy, visit } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Answer } from "./client.ts";
import type { Lab } from "./labs.ts";

const STRANGERS = 60;
const OWNERS_TOGETHER = 25;
const MEGABYTE = 2 ** 20;
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function meet(lab: Lab): Promise<string[]> {
  return Promise.all(Array.from({ length: STRANGERS }, () => visit(lab)));
}

const isTaken = ({ status }: Answer) => status < 300;

/** New sessions from behind a proxy that the server does not trust: it can't tell one caller from another. */
const attempts: Attempt[] = [
  {
    name: `${STRANGERS} free runs of as many strangers at once`,
    harmless: [200, 503],
    async run(scene) {
      const lab = await scene.lab("alike");
      const cookies = await meet(lab);
      return Promise.all(cookies.map((cookie) => lab.submit({ headers: { cookie } })));
    },
    check: (answers) => findTooMany(answers, OWNERS_TOGETHER * PLACES_OF_ONE),
  },
  {
    name: "20 free runs of one stranger at once, after the upstream refused each of them",
    harmless: [200, 429, 503],
    async run(scene) {
      await scene.closeLabs();
      const lab = await scene.lab("alike");
      const names = Array.from({ length: 20 }, () => crypto.randomUUID());
      const click = (name: string) => ({ headers: { "x-idempotency-key": name } });
      for (const name of names) await lab.submit({ ...click(name), refusal: 429 });
      return Promise.all(names.map((name) => lab.submit(click(name))));
    },
    check: (answers) => findTooMany(answers, PLACES_OF_ONE),
  },
  {
    name: `${STRANGERS} pictures of a megabyte of as many strangers`,
    harmless: [200, 201, 204],
    async run(scene) {
      const lab = await scene.lab("localAlike");
      const cookies = await meet(lab);
      const body = Buffer.concat([Buffer.from(PNG)], MEGABYTES_OF_ONE * MEGABYTE);
      const picture = JSON.stringify({ content_type: "image/png", file_name: "x.png" });
      const answers: Answer[] = [];
      for (const cookie of cookies) {
        const place = await lab.call(toProxy("POST", initiateUrl, { cookie }, picture));
        const { upload_url } = JSON.parse(place.text) as { upload_url: string };
        const { pathname, search } = new URL(upload_url);
        const headers = { cookie, "content-type": "image/png" };
        answers.push(await lab.call({ method: "PUT", path: pathname + search, headers, body }));
      }
      return answers;
    },
    check: (answers) => findTooMany(answers, OWNERS_TOGETHER),
  },
  {
    name: `${STRANGERS} renders of as many strangers`,
    harmless: [200, 503],
    async run(scene) {
      const lab = await scene.lab("localAlike");
      const cookies = await meet(lab);
      const input = { prompt: goodInput.prompt };
      const target = "https://queue.fal.run/fal-ai/minimax-video";
      const answers: Answer[] = [];
      for (const cookie of cookies)
        answers.push(await lab.call(submission({ target, headers: { cookie }, input })));
      const [line] = await lab.store.rows<{ waiting: number }>(
        "select count(*) as waiting from generations where lane = 'poll' and check_at is not null",
      );
      const waiting = Number(line?.waiting);
      return waiting <= OWNERS_TOGETHER * PLACES_OF_ONE
        ? answers
        : [{ status: 500, headers: "", text: `${waiting} are in line` }];
    },
  },
];

function findTooMany(answers: Answer[], most: number): string | undefined {
  const taken = answers.filter(isTaken).length;
  return taken > most ? `${taken} were taken where ${most} may be` : undefined;
}

export const alike: Theme = { title: "strangers who are all alike", attempts };
