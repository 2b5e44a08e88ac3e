/**
 * The share page compared with a static file of the same build, and the script that each loads: `npm run bench:share`.
 */
import { execFile } from "node:child_process";
import os from "node:os";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { median, startBenchServer } from "./server.ts";

const ROUNDS = 3;
const SECONDS = 4;
const CONNECTIONS = 8;
const run = promisify(execFile);

await using stack = new AsyncDisposableStack();
const app = stack.adopt(await startBenchServer(), (server) => server.stop());
const published = await fetch(`${app.origin}/api/generations/${app.generationId}/share`, {
  method: "PUT",
  headers: { ...app.headers, "content-type": "application/json" },
  body: "{}",
});
const { url } = (await published.json()) as { url: string };

const [cpu] = os.cpus();
console.log(`${os.availableParallelism()} × ${cpu?.model.trim()}, Node ${process.version}`);
console.log(`wrk, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s in turns\n`);
const contestants = [
  { name: "the share page", address: url, perSecond: [] as number[] },
  {
    name: "a static file (icon)",
    address: `${app.origin}/icon.svg`,
    perSecond: [] as number[],
  },
  { name: "the studio", address: `${app.origin}/`, perSecond: [] as number[] },
];
for (let round = 0; round < ROUNDS; round++) {
  for (const one of contestants) one.perSecond.push(await measure(one.address));
}
for (const { name, address, perSecond } of contestants) {
  const html = await (await fetch(address)).text();
  const { inline, loaded } = await weighScript(html);
  console.log(
    `${name.padEnd(26)}${median(perSecond).toFixed(0).padStart(6)} a second, ${html.length} bytes of HTML, script gzipped: ${inline} inline, ${loaded} loaded`,
  );
}
const [share = 0, still = 1] = contestants.map(({ perSecond }) => median(perSecond));
console.log(`\nThe share page is ${(share / still).toFixed(2)}× as fast as the static file`);

async function measure(address: string): Promise<number> {
  const { stdout } = await run("wrk", ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, address]);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

/** Counts only script that a browser runs: neither data blocks nor scripts for browsers without modules. */
async function weighScript(html: string): Promise<{ inline: number; loaded: number }> {
  let inline = "";
  let loaded = 0;
  for (const [, attributes = "", text = ""] of html.matchAll(
    /<script\b([^>]*)>(.*?)<\/script>/gs,
  )) {
    if (/nomodule|ld\+json/i.test(attributes)) continue;
    const [, source] = /src="([^"]+)"/.exec(attributes) ?? [];
    if (source) {
      const script = await (await fetch(new URL(source, app.origin))).arrayBuffer();
      loaded += gzipSync(Buffer.from(script)).length;
    } else inline += text;
  }
  return { inline: inline ? gzipSync(inline).length : 0, loaded };
}
