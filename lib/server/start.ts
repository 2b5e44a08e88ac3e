import "server-only";
import { keepContentLength } from "./content-length";
import { parseEnv } from "./env";
import { releaseLeasesOfTheDead } from "./generations/leases";
import { createWatcher } from "./generations/watcher";
import { getServices } from "./services";

/** Checks the environment and takes up what the last process left unfinished. Ends the process if it can't. */
export async function startServer(): Promise<void> {
  try {
    parseEnv(process.env);
    keepContentLength();
    const services = await getServices();
    await releaseLeasesOfTheDead(services);
    createWatcher(services).start();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
