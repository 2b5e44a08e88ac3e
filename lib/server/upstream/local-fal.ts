import "server-only";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { type LocalFal, openLocalFal } from "@/lib/local-fal/index.ts";
import { dataFolder, getEnv } from "../env";
import { settledServers } from "../requests/own-servers";

type RunningLocalFal = LocalFal & { origin: string };

// Next bundles instrumentation and each route apart, so a module's own variable would exist several times.
const shared = globalThis as { firstframeLocalFal?: Promise<RunningLocalFal> };

/** The local fal inside this process, started on first use; it listens on a loopback port, for this process alone. */
export function getLocalFal(): Promise<RunningLocalFal> {
  shared.firstframeLocalFal ??= startLocalFal();
  return shared.firstframeLocalFal;
}

/** Where browsers reach the local fal's upload and file hosts. */
export const LOCAL_FAL_ROUTE = "/local-fal";

async function startLocalFal(): Promise<RunningLocalFal> {
  const env = getEnv();
  const localFal = await openLocalFal({
    dataDir: path.join(dataFolder(env), "local-fal"),
    concurrency: env.LOCAL_FAL_CONCURRENCY,
  });
  const secret = randomBytes(24).toString("base64url");
  const { origin, server } = await localFal.listen({ port: 0, secret });
  settledServers.add(server);
  return Object.assign(localFal, { origin });
}
