/** Starts the built app for a measurement, with one finished generation. Run `npm run build` first. */
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { type AppServer, type Environment, startAppServer } from "../tests/e2e/app-server.ts";

export type BenchServer = AppServer & { headers: { cookie: string }; generationId: string };

export async function startBenchServer(env: Environment = {}): Promise<BenchServer> {
  await readFile(new URL("../.next/BUILD_ID", import.meta.url)).catch(() => {
    throw new Error("There is no build: run `npm run build` first.");
  });
  const app = await startAppServer({ LOG_LEVEL: "silent", ...env });
  const page = await fetch(`${app.origin}/`);
  const [cookie = ""] = page.headers.getSetCookie().map((text) => text.split(";")[0]);
  const headers = { cookie };
  const submitted = await fetch(`${app.origin}/api/fal/proxy`, {
    method: "POST",
    headers: {
      ...headers,
      "content-type": "application/json",
      "x-fal-target-url": "https://queue.fal.run/fal-ai/minimax-video",
    },
    body: JSON.stringify({ prompt: "[Push in] a rocket" }),
  });
  if (!submitted.ok) throw new Error(`The submit was answered ${submitted.status}`);
  const { generation_id: id } = (await submitted.json()) as { generation_id: string };
  const address = `${app.origin}/api/generations/${id}`;
  for (;;) {
    const answer = await fetch(address, { headers });
    const { status } = (await answer.json()) as { status: string };
    if (status === "done") return { ...app, headers, generationId: id };
    await delay(200);
  }
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0;
}
