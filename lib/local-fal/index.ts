import { mkdir, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { createApp } from "./app.ts";
import { openFileStore } from "./files.ts";
import { lockDirectory } from "./lock.ts";
import { openQueue } from "./queue.ts";
import { render as renderVideo } from "./render/render.ts";
import { openRequestStore } from "./request-store.ts";
import { type Render, type ReportError, runJob } from "./run-job.ts";

export type LocalFalOptions = {
  dataDir: string;
  /** How many requests run at the same time; 1 unless told otherwise. */
  concurrency?: number;
  now?: () => Date;
  render?: Render;
  /** Told of what broke in here, as opposed to what a caller did wrong; the console unless told otherwise. */
  reportError?: ReportError;
};

export type LocalFal = {
  /** Answers a call to `https://HOST/PATH` whose URL was changed to `/HOST/PATH` at any origin. */
  fetch(request: Request): Promise<Response>;
  listen(options: { port: number; host?: string }): Promise<Listener>;
  /** Stops rendering; what is unfinished stays on disk and is taken up by the next start. */
  close(): Promise<void>;
};

export type Listener = { origin: string; close(): Promise<void> };

/** Opens a fal of our own on a directory that belongs to it; throws when another process has it open. */
export async function openLocalFal({
  dataDir,
  concurrency = 1,
  now = () => new Date(),
  render = renderVideo,
  reportError = (message, error) => console.error(`${message}:`, error),
}: LocalFalOptions): Promise<LocalFal> {
  await mkdir(dataDir, { recursive: true });
  const unlock = await lockDirectory(dataDir);
  try {
    const scratchDir = join(dataDir, "scratch");
    await rm(scratchDir, { recursive: true, force: true });
    await mkdir(scratchDir);

    const files = await openFileStore(join(dataDir, "files"), now);
    const store = await openRequestStore(join(dataDir, "requests"));
    const queue = await openQueue({
      store,
      concurrency,
      now,
      reportError,
      run: (job) => runJob(job, { files, scratchDir, render, reportError }),
    });
    const app = createApp({ queue, files, reportError });
    const fetch = async (request: Request) => app.fetch(request);
    const listeners: Listener[] = [];
    let closed: Promise<void> | undefined;

    return {
      fetch,
      async listen({ port, host = "127.0.0.1" }) {
        const listener = await startServer(fetch, port, host);
        listeners.push(listener);
        return listener;
      },
      close() {
        closed ??= (async () => {
          await queue.close();
          await Promise.all(listeners.map((listener) => listener.close()));
          await unlock();
        })();
        return closed;
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

function startServer(fetch: LocalFal["fetch"], port: number, hostname: string): Promise<Listener> {
  return new Promise((resolve, reject) => {
    // Without `overrideGlobalObjects: false` it would replace the Request and Response of the whole process.
    const options = { fetch, port, hostname, overrideGlobalObjects: false };
    const server = serve(options, (address: AddressInfo) => {
      const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
      resolve({ origin: `http://${host}:${address.port}`, close: () => stopServer(server) });
    }) as Server;
    server.once("error", reject);
  });
}

function stopServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
