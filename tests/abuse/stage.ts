import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { type AppServer, type Environment, startAppServer } from "../e2e/app-server.ts";
import { findFreePort } from "../ports.ts";
import { type PostgresCluster, startPostgres } from "../postgres.ts";
import { startS3, type TestS3 } from "../s3.ts";
import { type Answer, type Message, send, sendBytes } from "./client.ts";
import { FROM, type Gateway, originAt, PASSED_TO, startGateway } from "./gateway.ts";
import type { Reading } from "./probe.ts";
import { openCommonStore, openSqliteStore, type Store } from "./store.ts";

export type SceneOptions = { storage: "sqlite" | "postgres"; servers: 1 | 2; gateway: boolean };

/** What the stages of one run have in common. */
export type World = SceneOptions & {
  services?: { postgres: PostgresCluster; s3: TestS3 };
  /** The address that an attempt comes from unless it names another. */
  from: string;
  /** Whether an attempt is made at the servers themselves, past the gateway. */
  isPastGateway: boolean;
  answers: Answer[];
};

/** One app: its servers, what is in front of them, and what they keep. */
export type Stage = {
  /** Where it is reached. */
  origin: string;
  servers: AppServer[];
  gateway?: Gateway;
  store: Store;
  /** Holds the data of a single server. */
  folder: string;
  output(): string;
  call(message: Message): Promise<Answer>;
  callBytes(bytes: string | Uint8Array): Promise<Answer[]>;
  /** Collects garbage and begins to measure anew. */
  rest(): Promise<Reading>;
  /** The worst of its servers since then. */
  read(): Promise<Reading>;
  setClockAhead(milliseconds: number): Promise<void>;
  /** The same data, with another environment. */
  restart(change?: Environment): Promise<void>;
};

export type StageOptions = {
  env: Environment;
  /** Nothing in front of it, whatever the scene says, and one server. */
  isBare?: boolean;
  /** It keeps files in a folder, whatever the scene says, so that it has one server: two can't have one folder. */
  hasFolder?: boolean;
  /** Instead of where it is reached; none for `null`. */
  publicUrl?: string | null;
};

export async function openWorld(
  stack: AsyncDisposableStack,
  options: SceneOptions,
): Promise<World> {
  const world: World = { ...options, from: "198.18.0.1", isPastGateway: false, answers: [] };
  if (options.storage === "sqlite") return world;
  const postgres = stack.adopt(await startPostgres(), (cluster) => cluster.stop());
  const s3 = stack.adopt(await startS3(), (endpoint) => endpoint.stop());
  return { ...world, services: { postgres, s3 } };
}

let stages = 0;

export async function startStage(
  stack: AsyncDisposableStack,
  world: World,
  { env, isBare = false, hasFolder = false, publicUrl }: StageOptions,
): Promise<Stage> {
  stages += 1;
  const name = `stage${process.pid}x${stages}`;
  const folder = await mkdtemp(join(tmpdir(), "firstframe-abuse-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const { services } = world;
  const store = services
    ? await openCommonStore(name, services.postgres, services.s3)
    : openSqliteStore(folder);
  stack.defer(() => store.close());

  const hasGateway = world.gateway && !isBare;
  const port = await findFreePort("127.0.0.1");
  let change: Environment = {};
  const launch = () =>
    startAppServer((own) => ({
      ...(hasGateway && { TRUST_PROXY: "true" }),
      ...env,
      ...store.env,
      ...(hasFolder && { MEDIA_URL: `file:${join(folder, "media")}` }),
      ...(publicUrl !== null && {
        PUBLIC_URL: publicUrl ?? (hasGateway ? originAt(port) : own),
      }),
      NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, "probe.ts"))}`,
      ABUSE_PROBE: folder,
      ...change,
    }));
  // One after the other: the first makes the tables.
  const servers: AppServer[] = [];
  for (let count = 0; count < (isBare || hasFolder ? 1 : world.servers); count++)
    servers.push(stack.adopt(await launch(), (server) => server.stop()));
  const gateway = hasGateway
    ? stack.use(
        await startGateway(
          port,
          servers.map((server) => server.origin),
        ),
      )
    : undefined;
  const origin = gateway?.origin ?? servers[0]?.origin ?? "";
  await store.open();

  const isThroughGateway = () => hasGateway && !world.isPastGateway;
  const door = () => (isThroughGateway() ? origin : (servers[0]?.origin ?? ""));
  const note = (answer: Answer): Answer => {
    const isGateways = isThroughGateway() && !answer.headers.toLowerCase().includes(PASSED_TO);
    const noted = { ...answer, ...(isGateways && { isGateways }) };
    world.answers.push(noted);
    return noted;
  };
  const readAll = async (command: string): Promise<Reading> => {
    const readings = await Promise.all(servers.map((server) => tell(folder, server, command)));
    return readings.reduce((worst, reading) => ({
      heldMs: Math.max(worst.heldMs, reading.heldMs),
      mostBytes: Math.max(worst.mostBytes, reading.mostBytes),
      bytes: Math.max(worst.bytes, reading.bytes),
    }));
  };

  return {
    ...{ origin, servers, gateway, store, folder },
    output: () => servers.map((server) => server.output()).join(""),
    call: async (message) => note(await send(door(), withAddress(message))),
    callBytes: async (bytes) => (await sendBytes(door(), bytes)).map(note),
    rest: () => readAll("rest"),
    read: () => readAll("read"),
    async setClockAhead(milliseconds) {
      await readAll(`ahead ${milliseconds}`);
    },
    async restart(changed = {}) {
      change = changed;
      for (const server of servers) {
        await server.kill();
        await server.restart();
      }
    },
  };

  /** As the proxy in front would write it; the gateway is told what to write. */
  function withAddress(message: Message): Message {
    const { from = world.from, headers = {} } = message;
    if (isThroughGateway()) return { ...message, headers: { ...headers, [FROM]: from } };
    if ((env.TRUST_PROXY ?? String(hasGateway)) !== "true") return message;
    const before = headers["x-forwarded-for"];
    const forwarded = [before, from].flat().filter(Boolean).join(", ");
    return { ...message, headers: { ...headers, "x-forwarded-for": forwarded } };
  }
}

let addresses = 0;

/** An address that nobody has come from before, of those for measurements. */
export function newAddress(): string {
  addresses += 1;
  return `198.18.${(addresses >> 8) & 255}.${addresses & 255}`;
}

async function tell(folder: string, server: AppServer, command: string): Promise<Reading> {
  const socket = connect(join(folder, `${server.pid()}.sock`));
  socket.write(`${command}\n`);
  return (await json(socket)) as Reading;
}
