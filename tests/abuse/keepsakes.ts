import { execFile } from "node:child_process";
import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { isPublicAddress } from "../../lib/net/addresses.ts";
import { goodInput } from "./asks.ts";
import type { Attempt, Theme } from "./attempt.ts";
import type { Answer } from "./client.ts";

const formulas: [name: string, prompt: string][] = [
  ["a formula", "=1+1"],
  ["a sum", "+1+1"],
  ["a difference", "-1+1"],
  ["a mention", "@SUM(1)"],
  ["a formula after a tab", "\t=1+1"],
  ["a formula after a line feed", "rocket\n=1+1"],
  ["a formula after a carriage return", "rocket\r=1+1"],
  ["a formula after both", "rocket\r\n=1+1"],
  ["a formula after a semicolon", "rocket;=1+1"],
  ["a formula after a semicolon and a space", "rocket; =1+1"],
  ["a formula after a quote and a semicolon", 'rocket";=1+1'],
  ["a formula after a quote and a line feed", 'rocket"\n=1+1'],
  ["a formula after a tab within", "rocket\t=1+1"],
  ["a call of a program after a semicolon", "rocket;=cmd|' /C calc'!A0"],
  ["a sum after a semicolon", "rocket;+1+1"],
  ["a mention after a semicolon", "rocket;@SUM(1)"],
  ["a wide formula", "\uff1d1+1"],
  ["a wide formula after a semicolon", "rocket;\uff1d1+1"],
  ["a formula after a space", " =1+1"],
  ["a formula after a line separator", "rocket\u2028=1+1"],
];

// However a spreadsheet cuts: at line feeds, semicolons and tabs, with or without heeding quotes.
const RUNS = /(?:^|[;\t\r\n\u2028])[" \u00a0]*[=+\-@\uff0b\uff0d\uff1d\uff20]/;

const ledger: Attempt[] = formulas.map(([name, prompt]) => ({
  name: `a prompt with ${name}, in the ledger`,
  harmless: [200],
  async run(scene) {
    const lab = await scene.lab("open");
    await lab.submit({ input: { ...goodInput, prompt } });
    return lab.ask("/ledger.csv");
  },
  check([answer]) {
    // Newest first; the prompt is the last cell of its row, and it is what stands between quotes.
    const text = answer?.text ?? "";
    const first = text.slice(text.indexOf("\r\n") + 2);
    const cell = /^(?:"(?:[^"]|"")*",){6}"((?:[^"]|"")*)"/.exec(first)?.[1];
    if (cell === undefined) return `no such row: ${first.slice(0, 200)}`;
    return RUNS.test(cell) ? JSON.stringify(cell) : undefined;
  },
}));

const addresses: [name: string, address: string][] = [
  ["Azure's own", "168.63.129.16"],
  ["Azure's own as mapped", "::ffff:168.63.129.16"],
  ["Amazon's own", "169.254.169.254"],
  ["Amazon's own by IPv6", "fd00:ec2::254"],
  ["Amazon's for containers", "169.254.170.2"],
  ["Alibaba's own", "100.100.100.200"],
  ["Oracle's own", "192.0.0.192"],
  ["a carrier's network", "100.64.0.1"],
  ["a network for measurements", "198.18.0.1"],
  ["an example", "203.0.113.7"],
  ["all of a network", "255.255.255.255"],
  ["many at once", "224.0.0.1"],
  ["many at once by IPv6", "ff02::1"],
  ["a place by IPv6", "fec0::1"],
  ["6to4 into a private network", "2002:a00:1::"],
  ["Teredo", "2001::1"],
  ["NAT64 into Azure's own", "64:ff9b::a83f:8110"],
  ["nowhere", "::"],
];

const metadata: Attempt[] = addresses.map(([name, address]) => ({
  name: `a picture at the address ${name} (${address})`,
  run: async () => ({ status: isPublicAddress(address) ? 200 : 403, headers: "", text: address }),
}));

/** All that an app keeps on the disk is the account's that runs it. */
const files: Attempt[] = [
  {
    name: "another account reads the files of the data folder",
    harmless: [200],
    async run(scene) {
      const lab = await scene.lab("open");
      await lab.finish();
      const names = await readdir(lab.folder, { recursive: true });
      const open: string[] = [];
      for (const name of names.filter((name) => !name.endsWith(".sock"))) {
        const found = await stat(join(lab.folder, name));
        if (found.isFile() && (found.mode & 0o077) !== 0)
          open.push(`${name} ${(found.mode & 0o777).toString(8)}`);
      }
      return open.length === 0
        ? []
        : { status: 500, headers: "", text: `readable: ${open.slice(0, 6).join(", ")}` };
    },
  },
];

const run = promisify(execFile);

/** The ports that a process listens on; none where the machine does not say. */
async function portsOf(pid: number): Promise<number[]> {
  if (process.platform !== "linux") return [];
  const folder = `/proc/${pid}/fd`;
  const links = await Promise.all(
    (await readdir(folder)).map((name) => readlink(join(folder, name)).catch(() => "")),
  );
  const sockets = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/${pid}/net/${name}`, "utf8").catch(() => "")),
  );
  return tables.flatMap((table) =>
    table.split("\n").flatMap((line) => {
      const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
      const isListening = state === "0A" && sockets.has(inode);
      return isListening ? [Number.parseInt(local.split(":")[1] ?? "", 16)] : [];
    }),
  );
}

const localFal: Attempt[] = (
  [
    ["a run", "POST", "/queue.fal.run/fal-ai/minimax-video", '{"prompt":"a rocket"}'],
    [
      "a place for an upload",
      "POST",
      "/rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3",
      "{}",
    ],
    ["a status", "GET", "/queue.fal.run/fal-ai/minimax-video/requests/x/status", undefined],
    ["its keys", "GET", "/rest.fal.ai/.well-known/jwks.json", undefined],
    ["a file", "GET", "/v3.fal.media/files/b/x/y.png", undefined],
  ] as [string, string, string, string | undefined][]
).map(([name, method, path, body]) => ({
  name: `another account asks the local fal behind a password for ${name}`,
  async run(scene) {
    const lab = await scene.lab("localShut");
    // It listens once it is needed.
    await lab.ask("/api/fal/proxy", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video",
      },
      body: '{"prompt":"a rocket"}',
    });
    const own = Number(new URL(lab.servers[0]?.origin ?? "").port);
    const ports = (await portsOf(lab.servers[0]?.pid() ?? 0)).filter((port) => port !== own);
    const answers: Answer[] = [];
    for (const port of ports) {
      const args = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", method];
      const data = body ? ["-H", "content-type: application/json", "-d", body] : [];
      const key = ["-H", "authorization: Key anyone"];
      const { stdout } = await run("curl", [
        ...args,
        ...key,
        ...data,
        `http://127.0.0.1:${port}${path}`,
      ]);
      answers.push({ status: Number(stdout), headers: "", text: `port ${port}` });
    }
    return answers;
  },
}));

export const keepsakes: Theme = {
  title: "ledger, files, ports",
  attempts: [...ledger, ...metadata, ...files, ...localFal],
};
