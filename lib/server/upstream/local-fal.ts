import "server-only";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { type LocalFal, openLocalFal } from "@/lib/local-fal/index.ts";
import { dataFolder, getEnv } from "../env";
import { oncePerProcess } from "../process/once-per-process";
import { settledServers } from "../process/settled-servers";

type RunningLocalFal = LocalFal & { origin: string };

/** Starts the local fal inside this process on first use. It listens on a loopback port and answers only this process. */
export const getLocalFal = oncePerProcess("local-fal", startLocalFal);

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
