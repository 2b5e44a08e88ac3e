import type { Attempt, Theme } from "./attempt.ts";
import type { Answer, Message } from "./client.ts";
import type { Lab } from "./labs.ts";
import { newAddress } from "./stage.ts";

const chrome =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";

type Counts = { views: number; reports: number };

const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

async function countsOf(lab: Lab, slug: string): Promise<Counts> {
  const [counts] = await lab.store.rows<Counts>(
    `select views, reports from shares where slug = '${slug}'`,
  );
  return { views: Number(counts?.views), reports: Number(counts?.reports) };
}

type Show = {
  name: string;
  what: keyof Counts;
  most: number;
  isLong?: boolean;
  run(lab: Lab, path: string): Promise<Answer | Answer[]>;
};

function toAttempt({ name, what, most, isLong, run }: Show): Attempt {
  let counted = 0;
  return {
    ...{ name, isLong, harmless: [200, 206, 303, 304, 503] },
    async run(scene) {
      const lab = await scene.lab("open");
      const slug = await lab.share(await lab.finish());
      const answers = await run(lab, `/v/${slug}`);
      counted = (await countsOf(lab, slug))[what];
      return answers;
    },
    check: () => (counted > most ? `${counted} ${what} were counted` : undefined),
  };
}

const play = (path: string, headers: Record<string, string> = {}, from?: string): Message => ({
  path: `${path}/video.mp4`,
  headers: { "user-agent": chrome, ...headers },
  from,
});

const views: Show[] = [
  ...[40, 400].map(
    (count): Show => ({
      name: `one stranger plays a video ${count} times at once`,
      ...{ what: "views", most: 1, isLong: count > 40 },
      run: (lab, path) => {
        const from = newAddress();
        return Promise.all(many(count, () => lab.call(play(path, {}, from))));
      },
    }),
  ),
  {
    name: "one stranger plays a video 20 times, one after the other",
    ...{ what: "views", most: 1 },
    async run(lab, path) {
      const answers: Answer[] = [];
      const from = newAddress();
      for (let count = 0; count < 20; count++) answers.push(await lab.call(play(path, {}, from)));
      return answers;
    },
  },
  {
    name: "one network of IPv6 plays a video from 20 addresses",
    ...{ what: "views", most: 1 },
    run: (lab, path) =>
      Promise.all(
        many(20, (index) => lab.call(play(path, {}, `2001:db8:9:9::${index.toString(16)}`))),
      ),
  },
  {
    name: "one stranger plays a video that names other addresses before its own",
    ...{ what: "views", most: 1 },
    run: (lab, path) => {
      const from = newAddress();
      return Promise.all(
        many(20, (index) =>
          lab.call(play(path, { "x-forwarded-for": `203.0.113.${index}` }, from)),
        ),
      );
    },
  },
  ...(
    [
      ["a prefetch", { "sec-purpose": "prefetch" }],
      ["a prerendering", { "sec-purpose": "prefetch;prerender" }],
      ["a prefetch in an older word", { purpose: "prefetch" }],
      ["a prefetch of Firefox", { "x-moz": "prefetch" }],
      ["a robot", { "user-agent": "Googlebot/2.1 (+http://www.google.com/bot.html)" }],
      ["a robot for previews", { "user-agent": "facebookexternalhit/1.1" }],
      ["a robot with an empty name", { "user-agent": "" }],
      ["a tool", { "user-agent": "curl/8.5.0" }],
      ["two bytes", { range: "bytes=0-1" }],
      ["the end of the file", { range: "bytes=-500" }],
      ["a place within", { range: "bytes=1000-" }],
      ["what the browser has already", { "if-none-match": "*" }],
    ] as [string, Record<string, string>][]
  ).map(
    ([name, headers]): Show => ({
      name: `${name} is a view`,
      ...{ what: "views", most: 0 },
      run: (lab, path) => lab.call(play(path, headers)),
    }),
  ),
  ...(
    [
      ["a robot without a name", (path) => ({ path: `${path}/video.mp4` })],
      ["a look at the headers alone", (path) => ({ ...play(path), method: "HEAD" })],
      ["the download", (path) => ({ ...play(path), path: `${path}/video.mp4?download=1` })],
      ["the poster", (path) => ({ ...play(path), path: `${path}/poster.jpg` })],
      ["the page", (path) => ({ ...play(path), path })],
      ["the embed", (path) => ({ ...play(path), path: `${path}/embed` })],
    ] as [string, (path: string) => Message][]
  ).map(
    ([name, toMessage]): Show => ({
      name: `${name} is a view`,
      ...{ what: "views", most: 0 },
      run: (lab, path) => lab.call(toMessage(path)),
    }),
  ),
];

const report = (path: string, from?: string, headers: Record<string, string> = {}): Message => ({
  method: "POST",
  path: `${path}/report`,
  headers: { "user-agent": chrome, ...headers },
  from,
});

const reports: Show[] = [
  ...[40, 400].map(
    (count): Show => ({
      name: `one stranger reports a link ${count} times at once`,
      ...{ what: "reports", most: 1, isLong: count > 40 },
      run: (lab, path) => {
        const from = newAddress();
        return Promise.all(many(count, () => lab.call(report(path, from))));
      },
    }),
  ),
  {
    name: "one stranger reports a link 20 times, one after the other",
    ...{ what: "reports", most: 1 },
    async run(lab, path) {
      const answers: Answer[] = [];
      const from = newAddress();
      for (let count = 0; count < 20; count++) answers.push(await lab.call(report(path, from)));
      return answers;
    },
  },
  {
    name: "one network of IPv6 reports a link from 20 addresses",
    ...{ what: "reports", most: 1 },
    run: (lab, path) =>
      Promise.all(
        many(20, (index) => lab.call(report(path, `2001:db8:a:a::${index.toString(16)}`))),
      ),
  },
];

/** What is given once is not given to a mere look. */
const once: Attempt[] = ["HEAD", "GET"].map((method) => ({
  name:
    method === "HEAD"
      ? "a look at the headers takes a shared picture from its owner"
      : "a prefetch takes a shared picture from its owner",
  harmless: [200, 204, 303, 503],
  async run(scene) {
    const lab = await scene.lab("open");
    const start = '--x\r\ncontent-disposition: form-data; name="picture"; filename="a.png"\r\n';
    const body = `${start}content-type: image/png\r\n\r\npicture\r\n--x--\r\n`;
    const given = await lab.ask("/shared", {
      method: "POST",
      headers: { "content-type": "multipart/form-data; boundary=x" },
      body,
    });
    const id = /^location: \S*[?&]shared=([\w-]+)/im.exec(given.headers)?.[1] ?? "";
    // Which server of two has it is not the question here.
    const looks: Answer[] = [];
    for (const _ of lab.servers)
      looks.push(
        await lab.ask(`/shared/${id}`, {
          method,
          ...(method === "GET" && { headers: { "sec-purpose": "prefetch" } }),
        }),
      );
    const taken: Answer[] = [];
    for (const _ of lab.servers) taken.push(await lab.ask(`/shared/${id}`));
    const isThere = taken.some(({ text }) => text.includes("picture"));
    return isThere ? looks : { status: 500, headers: "", text: "the owner finds nothing" };
  },
}));

export const viewsAndReports: Theme = {
  title: "views and reports",
  attempts: [...[...views, ...reports].map(toAttempt), ...once],
};
