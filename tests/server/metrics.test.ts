import { describe, expect, test, vi } from "vitest";
import { GET } from "@/app/api/metrics/route";
import { problem } from "@/lib/problems";
import {
  addGeneration,
  databaseKinds,
  openServer,
  PRICE_USD,
  serveRoutesWith,
} from "./generations/support";

const TOKEN = vi.hoisted(() => {
  process.env.METRICS_TOKEN = "a-token-of-the-operator";
  return process.env.METRICS_TOKEN;
});
const video = { url: "https://v3.fal.media/files/b/one.mp4" };
const accepted = { type: "accepted", requestId: "request-1" } as const;

function ask(authorization?: string): Promise<Response> {
  const request = new Request("http://localhost:3000/api/metrics", {
    headers: authorization === undefined ? {} : { authorization },
  });
  return GET(request, undefined);
}

async function read(): Promise<string[]> {
  const answer = await ask(`Bearer ${TOKEN}`);
  expect(answer.status).toBe(200);
  return (await answer.text()).split("\n");
}

describe.each(databaseKinds)("the figures of a server on %s", (kind) => {
  test("name runs, lanes, checks that wait, and what was spent", async () => {
    const { services, clock } = await openServer(kind, { base: "http://127.0.0.1:1" });
    serveRoutesWith({ ...services, budget: { perDay: 10e6 } });
    await addGeneration(services, [accepted]);
    await addGeneration(services, [accepted, { type: "succeeded", video }]);
    await addGeneration(services, [{ type: "refused", problem: problem("input_refused") }]);
    clock.now += 60_000;

    const lines = await read();

    expect(lines).toEqual(
      expect.arrayContaining([
        "firstframe_database_up 1",
        expect.stringMatching(/^firstframe_runs\{model=".+",state="queued"\} 1$/),
        expect.stringMatching(/^firstframe_runs\{model=".+",state="archiving"\} 1$/),
        'firstframe_lane_runs{lane="download"} 1',
        'firstframe_lane_due{lane="poll"} 1',
        'firstframe_check_overdue_seconds{lane="poll"} 59',
        "firstframe_archive_lag_seconds 60",
        `firstframe_spend_today_usd{state="booked"} ${PRICE_USD}`,
        `firstframe_spend_today_usd{state="reserved"} ${PRICE_USD}`,
        "firstframe_spend_left_usd 9",
        expect.stringMatching(/^firstframe_run_changes_total\{model=".+",state="refused"\} \d+$/),
        expect.stringMatching(/^firstframe_run_problems_total\{code="input_refused"\} \d+$/),
        expect.stringMatching(/^nodejs_eventloop_lag_p99_seconds /),
        expect.stringMatching(/^process_resident_memory_bytes /),
      ]),
    );
    if (kind === "postgres") expect(lines).toContain('firstframe_database_pool{state="most"} 10');
  });
});

test("the figures are for those who know the token", async () => {
  const { services } = await openServer("sqlite", { base: "http://127.0.0.1:1" });
  serveRoutesWith(services);
  expect((await ask()).status).toBe(403);
  expect((await ask(`Bearer ${TOKEN}x`)).status).toBe(403);
  vi.stubEnv("METRICS_TOKEN", "");
  vi.resetModules();
  const closed = await import("@/app/api/metrics/route");
  const request = new Request("http://localhost:3000/api/metrics", {
    headers: { authorization: "Bearer " },
  });
  expect((await closed.GET(request, undefined)).status).toBe(404);
});

test("without its database a server still tells its own figures, and what it refused", async () => {
  const { services } = await openServer("sqlite", { base: "http://127.0.0.1:1" });
  serveRoutesWith(services);
  await services.db.close();
  await ask("Bearer wrong");

  const lines = await read();

  expect(lines).toContain("firstframe_database_up 0");
  expect(lines.find((line) => line.includes('reason="call_refused"'))).toMatch(/ [1-9]\d*$/);
});
