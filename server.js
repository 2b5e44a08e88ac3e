// Starts the built app: `node server`. Plain JavaScript, so that an unsuitable version of Node can still read it.
import "./scripts/require-node.js";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
// A server that others can reach is a decision, so it listens on this machine alone unless HOST says otherwise.
const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 3000;

// As the first process of a container, it would otherwise ignore these signals until the app is ready.
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => process.exit(0));

process.env.NODE_ENV = "production";
process.env.NEXT_TELEMETRY_DISABLED = "1";
// The app ends by its own rules (lib/server/process/closing.ts).
process.env.NEXT_MANUAL_SIG_HANDLE = "true";
// Where lib/server/process/app-folder.ts finds what is not in the bundle, because a server can be started anywhere.
globalThis.firstframeFolder = folder;

const config = readConfig();
require("@next/env").loadEnvConfig(folder, false, { info() {}, error: console.error });
const host = process.env.HOST || DEFAULT_HOST;
const port = readPort(process.env.PORT);
await requireFree(port);
noteServer();
process.env.PORT = String(port);
process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config);
// Next prints a banner of its own; the app says itself when it is ready.
const { log } = console;
const drop = () => {};
console.log = drop;
try {
  require("next");
  const { startServer } = require("next/dist/server/lib/start-server");
  await startServer({ dir: folder, isDev: false, config, hostname: host, port, allowRetry: false });
} finally {
  // Unless the app has begun to write it to its own log.
  if (console.log === drop) console.log = log;
}

function readConfig() {
  try {
    return JSON.parse(readFileSync(join(folder, ".next/required-server-files.json"), "utf8"))
      .config;
  } catch {
    return stop(`There is no build in ${folder}: run \`npm run build\` first.`);
  }
}

// A build must not replace the files of a running server (scripts/build/running.ts).
function noteServer() {
  const notes = join(folder, ".next/servers");
  const note = join(notes, String(process.pid));
  try {
    mkdirSync(notes, { recursive: true });
    writeFileSync(note, "");
    process.on("exit", () => rmSync(note, { force: true }));
  } catch {
    // Where the folder is read-only, nobody builds.
  }
}

function readPort(text) {
  const number = Number(text || DEFAULT_PORT);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  return stop(`PORT is "${text}", which is no port: a number up to 65535.`);
}

async function requireFree(wanted) {
  const probe = createServer();
  try {
    await new Promise((resolve, reject) => {
      probe.once("error", reject).listen(wanted, host, resolve);
    });
    await new Promise((resolve) => probe.close(resolve));
  } catch (error) {
    const sentences = {
      EADDRINUSE: `Another program listens at ${host}:${wanted}. Stop it, or set PORT to another port.`,
      EACCES: `This account may not listen at ${host}:${wanted}. Set PORT to a port above 1023.`,
      EADDRNOTAVAIL: `HOST is ${host}, and this machine does not have that address. 0.0.0.0 means all of its addresses.`,
      ENOTFOUND: `HOST is ${host}, which is no address and no name of this machine.`,
    };
    stop(sentences[error.code] || `It can't listen at ${host}:${wanted}: ${error.message}`);
  }
}

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}
