import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { type Scenario, scenarioSchema } from "./faults-scenario.ts";
import { openLocalFal } from "./index.ts";

const usage =
  "Usage: node lib/local-fal/main.ts [--port 8787] [--host 127.0.0.1] [--data DIR] [--concurrency N]" +
  " [--allow-private-hosts] [--faults] [--scenario FILE.json]";

const optionsSchema = z.object({
  port: z.coerce.number().int().min(0).max(65_535),
  host: z.string().min(1),
  data: z.string().min(1),
  concurrency: z.coerce.number().int().min(1),
  faults: z.boolean(),
  "allow-private-hosts": z.boolean(),
  scenario: z.string().min(1).optional(),
});

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main() {
  const options = readOptions();
  const { port, host, data, concurrency, faults, scenario } = options;
  const fal = await openLocalFal({
    dataDir: data,
    concurrency,
    allowPrivateHosts: options["allow-private-hosts"],
    faults: scenario === undefined ? faults : { scenario: readScenario(scenario) },
  });
  const { origin } = await fal.listen({ port, host }).catch(async (error: unknown) => {
    await fal.close();
    throw error;
  });
  console.log(`Local fal on ${origin}, keeping its files in ${data}`);
  console.log(
    `A call to https://HOST/PATH goes to ${origin}/HOST/PATH, with any key: FAL_UPSTREAM=${origin}`,
  );

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void fal.close().then(() => process.exit(0)));
  }
}

function readScenario(path: string): Scenario {
  const result = scenarioSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (result.success) return result.data;
  throw new Error(`Check ${path}:\n${z.prettifyError(result.error)}`);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: "8787" },
        host: { type: "string", default: "127.0.0.1" },
        data: { type: "string", default: "data/local-fal" },
        concurrency: { type: "string", default: "1" },
        faults: { type: "boolean", default: false },
        "allow-private-hosts": { type: "boolean", default: false },
        scenario: { type: "string" },
      },
    });
    return optionsSchema.parse(values);
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(`${reason}\n${usage}`);
  }
}
