import { goodInput, json, readRun, submitUrl } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Message } from "./client.ts";
import type { Lab } from "./labs.ts";

/** Names that a site of the attacker's may bear, and lead to this machine a moment later. */
const names: [name: string, host: (port: string) => string][] = [
  ["another name", (port) => `evil.test:${port}`],
  ["another name without a port", () => "evil.test"],
  ["a name that begins as ours", (port) => `localhost.evil.test:${port}`],
  ["a name that begins as our address", (port) => `127.0.0.1.evil.test:${port}`],
  ["a name that ends as ours", (port) => `evil-localhost:${port}`],
  ["a name for every address", (port) => `127-0-0-1.nip.test:${port}`],
  ["a name of one word", (port) => `nas:${port}`],
  ["a name of the local network", (port) => `printer.local:${port}`],
  ["the cloud's own name", (port) => `metadata.google.internal:${port}`],
  ["a name in capitals", (port) => `EVIL.TEST:${port}`],
  ["a name with a dot behind", (port) => `evil.test.:${port}`],
  ["a name in another alphabet", (port) => `xn--lcalhost-7fg.test:${port}`],
];

const asks: [name: string, ask: (lab: Lab, host: string) => Message | Promise<Message>][] = [
  ["the studio", () => ({ path: "/" })],
  ["the library", (lab) => ({ path: "/api/generations", headers: { cookie: lab.cookie } })],
  [
    "a run",
    (lab, host) => ({
      ...{ method: "POST", path: "/api/fal/proxy", body: JSON.stringify(goodInput) },
      headers: {
        ...json,
        cookie: lab.cookie,
        "x-fal-target-url": submitUrl,
        origin: `http://${host}`,
        "sec-fetch-site": "same-origin",
      },
    }),
  ],
  [
    "a video",
    async (lab) => ({
      path: `/media/${(await lastRun(lab)).id}/video.mp4`,
      headers: { cookie: lab.cookie },
    }),
  ],
  ["the ledger", (lab) => ({ path: "/ledger.csv", headers: { cookie: lab.cookie } })],
];

const runs = new WeakMap<Lab, Promise<{ id: string }>>();

function lastRun(lab: Lab): Promise<{ id: string }> {
  const run = runs.get(lab) ?? lab.submit().then((answer) => readRun(answer));
  runs.set(lab, run);
  return run;
}

const rebinding: Attempt[] = names.flatMap(([name, hostOf]) =>
  asks.map(
    ([what, ask]): Attempt => ({
      name: `${what} is asked for as ${name}`,
      async run(scene) {
        const lab = await scene.lab("nameless");
        const host = hostOf(new URL(lab.origin).port);
        const message = await ask(lab, host);
        const before = lab.upstream.taken();
        const answer = await lab.call({ ...message, headers: { ...message.headers, host } });
        return lab.upstream.taken() === before
          ? answer
          : { ...answer, status: 200, text: "a run was sent" };
      },
    }),
  ),
);

const broken: [name: string, host: string][] = [
  ["spaces", "a b"],
  ["a bracket", "["],
  ["brackets around nothing", "[]"],
  ["two ports", "localhost:1:2"],
  ["a port that is none", "localhost:port"],
  ["a port too high", "localhost:99999"],
  ["an address of a page", "http://localhost"],
  ["a path", "localhost/x"],
  ["a query", "localhost?x"],
  ["a user name", "user@localhost"],
  ["an encoded letter", "local%68ost"],
  ["a null byte, encoded", "localhost%00"],
  ["dots alone", ".."],
  ["a backslash", "localhost\\x"],
  ["a semicolon", "localhost;x"],
  ["quotes", '"localhost"'],
  ["angle brackets", "<script>"],
  ["8,000 letters", "a".repeat(8_000)],
  ["an underscore and a hash", "a_b#c"],
  ["letters beyond ASCII", "h\u00f6st"],
];

const unparsable: Attempt[] = broken.flatMap(([name, host]) =>
  ["/", "/api/generations", "/no/such/page"].map(
    (path): Attempt => ({
      name: `${path} at a host of ${name}`,
      async run(scene) {
        const lab = await scene.lab("nameless");
        const before = lab.output().length;
        const answers = await lab.callBytes(
          Buffer.from(
            `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
            "latin1",
          ),
        );
        // A run of the lab may go on meanwhile, and is logged.
        const isOfRun = (line: string) => line.includes('"msg":"generation"');
        const lines = lab.output().slice(before).split("\n");
        const written = lines
          .filter((line) => !isOfRun(line))
          .join("\n")
          .trim();
        return written === ""
          ? answers
          : [{ status: 500, headers: "", text: `it wrote into the log: ${written.slice(0, 160)}` }];
      },
    }),
  ),
);

export const hosts: Theme = { title: "hosts", attempts: [...rebinding, ...unparsable] };
