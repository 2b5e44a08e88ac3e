import "server-only";
import { parseEnv } from "./env";
import { upstreamKind } from "./upstream/kind";
import { getLocalFal } from "./upstream/local-fal";

/** Checks the environment and takes up what the last process left unfinished. Ends the process if it can't. */
export async function startServer(): Promise<void> {
  try {
    parseEnv(process.env);
    if (upstreamKind() === "local") await getLocalFal();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
