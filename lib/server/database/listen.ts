import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { withDeadline } from "../process/deadline";
import type { Channel } from "./notices";

export type ListenerOptions = {
  /** The address of Postgres itself, because a pooler in transaction mode forwards no notices. */
  url: string;
  channels: readonly Channel[];
  /** Sends a notice over another connection than the listener's. */
  notify(channel: string, payload: string): Promise<void>;
  onNotice(channel: Channel, payload: string): void;
  /** Called when notices begin to arrive. The caller reads from the tables what changed before. */
  onUp(): void;
  /** Called when no notices arrive until the next `onUp`. `error` says why. */
  onDown(error: unknown): void;
};

export type Listener = { stop(): Promise<void> };

/** The connection works but receives no notices, because a pooler is in between. */
export class NoNoticesError extends Error {
  override name = "NoNoticesError";
}

const CONNECT_WITHIN_MS = 5_000;
const ANSWER_WITHIN_MS = 5_000;
const PROBED_WITHIN_MS = 3_000;
const ALIVE_EVERY_MS = 10_000;
const KEEPALIVE_AFTER_MS = 10_000;
const RETRY_AFTER_MS = [100, 500, 1_000, 2_000, 5_000, 10_000];
// A pooler does not go away by itself, and each attempt leaves a channel behind in one of its connections.
const RETRY_POOLER_AFTER_MS = 5 * 60_000;

/** Holds one connection for notices, and opens a new one whenever it breaks or goes silent. */
export function openListener(options: ListenerOptions): Listener {
  const stopped = new AbortController();
  const running = listenUntilStopped(options, stopped.signal);
  return {
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

async function listenUntilStopped(options: ListenerOptions, signal: AbortSignal): Promise<void> {
  let failures = 0;
  const up = () => {
    failures = 0;
    options.onUp();
  };
  while (!signal.aborted) {
    const error = await listenOnce({ ...options, onUp: up }, signal).catch((error) => error);
    if (signal.aborted) return;
    options.onDown(error);
    const wait = RETRY_AFTER_MS[failures] ?? RETRY_AFTER_MS.at(-1);
    failures += 1;
    const retryAfter = error instanceof NoNoticesError ? RETRY_POOLER_AFTER_MS : wait;
    await delay(retryAfter, undefined, { signal, ref: false }).catch(() => {});
  }
}

/** Never resolves. Rejects with the reason why the connection ended. */
async function listenOnce(options: ListenerOptions, signal: AbortSignal): Promise<never> {
  const { url, channels, notify, onNotice, onUp } = options;
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
  });
  const { promise: lost, reject } = Promise.withResolvers<never>();
  lost.catch(() => {});
  client.on("error", reject);
  client.on("end", () => reject(new Error("The connection for notices ended")));
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race([lost, client.connect()]);
    await Promise.race([lost, requireNotices(client, notify)]);
    client.on("notification", ({ channel, payload = "" }) => {
      const known = channels.find((name) => name === channel);
      if (known) onNotice(known, payload);
    });
    await client.query(channels.map((name) => `listen ${name}`).join("; "));
    onUp();
    for (;;) {
      await Promise.race([lost, delay(ALIVE_EVERY_MS, undefined, { signal, ref: false })]);
      // A connection that died silently reports no error until a query uses it.
      await Promise.race([lost, client.query("select 1")]);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    await close(client);
  }
}

/**
 * Checks that a notice from another connection arrives here while no query runs. Behind a pooler in transaction mode it goes
 * to another client of the pooler. The channel has a random name, so that a pooler's connection stays subscribed to nothing
 * that we use. Throws a `NoNoticesError`.
 */
async function requireNotices(client: pg.Client, notify: ListenerOptions["notify"]): Promise<void> {
  const channel = `firstframe_probe_${crypto.randomUUID().replaceAll("-", "")}`;
  const arrived = new Promise<void>((resolve) => {
    client.on("notification", (notice) => notice.channel === channel && resolve());
  });
  await client.query(`listen ${channel}`);
  await notify(channel, "");
  await withDeadline(arrived, PROBED_WITHIN_MS, "a notice to this server itself").catch((error) => {
    throw new NoNoticesError("No notice arrived", { cause: error });
  });
  await client.query(`unlisten ${channel}`);
}

/** Ends the connection politely, or cuts it if the other side does not answer. */
async function close(client: pg.Client): Promise<void> {
  const cut = () =>
    (client as unknown as { connection: pg.Connection }).connection.stream.destroy();
  await withDeadline(client.end(), 1_000, "the end of a connection").catch(cut);
}
