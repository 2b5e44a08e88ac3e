import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "./database/database";
import { findOtherServers, noteServerSeen } from "./database/servers";
import { isDead } from "./generations/records/leases";
import { getLog } from "./log";
import type { Upstream } from "./upstream/target";

const SEEN_EVERY_MS = 5_000;
/** A server that was killed is forgotten after this time. */
const FORGOTTEN_AFTER_MS = 15_000;
const LOOKED_EVERY_MS = 1_000;

type JoinServices = { db: Database; serverId: string; upstream: Pick<Upstream, "kind"> };

/**
 * Tells the other servers of a Postgres that this one lives. Throws if there are others and this one would render by itself,
 * because each local fal knows only the runs of its own server.
 */
export async function joinServers(services: JoinServices): Promise<void> {
  const { db, serverId } = services;
  if (db.kind === "postgres" && services.upstream.kind === "local") await requireAlone(services);
  await noteServerSeen(db, serverId);
  if (db.kind !== "postgres") return;
  setInterval(() => {
    noteServerSeen(db, serverId).catch((error: unknown) => {
      getLog().warn({ reason: String(error) }, "this server could not say that it lives");
    });
  }, SEEN_EVERY_MS).unref();
}

async function requireAlone({ db, serverId: id }: JoinServices): Promise<void> {
  const until = performance.now() + FORGOTTEN_AFTER_MS;
  for (;;) {
    const seen = await findOtherServers(db, { id, since: Date.now() - FORGOTTEN_AFTER_MS });
    const others = seen.filter((other) => !isDead(other, id));
    if (others.length === 0) return;
    if (performance.now() >= until)
      throw new Error(
        `Another server (${others[0]?.split(":")[0]}) uses this database, and the local fal inside a server serves that server alone. ` +
          "Run one for all of them with `npm run local-fal -- --port 8787`, and set FAL_UPSTREAM=http://HOST:8787 on each server.",
      );
    await delay(LOOKED_EVERY_MS);
  }
}
