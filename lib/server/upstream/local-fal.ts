import "server-only";
import path from "node:path";
import { type LocalFal, openLocalFal } from "@/lib/local-fal/index.ts";
import { getEnv } from "../env";

type RunningLocalFal = LocalFal & { origin: string };

// Next bundles instrumentation and each route apart, so a module's own variable would exist several times.
const shared = globalThis as { firstframeLocalFal?: Promise<RunningLocalFal> };

/** The local fal inside this process, started on first use; it listens on a loopback port of its own. */
export function getLocalFal(): Promise<RunningLocalFal> {
  shared.firstframeLocalFal ??= startLocalFal();
  return shared.firstframeLocalFal;
}

/** Where browsers reach the local fal's upload and file hosts. */
export const LOCAL_FAL_ROUTE = "/local-fal";

async function startLocalFal(): Promise<RunningLocalFal> {
  const { MEDIA_URL, LOCAL_FAL_CONCURRENCY } = getEnv();
  const mediaDir = path.resolve(MEDIA_URL.slice("file:".length));
  const localFal = await openLocalFal({
    dataDir: path.join(path.dirname(mediaDir), "local-fal"),
    concurrency: LOCAL_FAL_CONCURRENCY,
  });
  const { origin } = await localFal.listen({ port: 0 });
  return Object.assign(localFal, { origin });
}
