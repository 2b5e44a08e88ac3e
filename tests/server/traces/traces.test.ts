import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { inRequest } from "@/lib/server/process/request-context";
import { flushTraces, setTracing } from "@/lib/server/traces/spans";
import { startTracing } from "@/lib/server/traces/start-tracing";
import { startLocalUpstream } from "../generations/local-upstream";
import { makeClick, openServer, submitAndFind, watchToEnd } from "../generations/support";

type Span = {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: { stringValue?: string } }[];
};

test("one trace tells of a run from the click to the stored file", async () => {
  const spans = await startCollector();
  const upstream = await startLocalUpstream();
  const server = await openServer("sqlite", upstream);
  const { id } = await inRequest("the-request", () =>
    submitAndFind(server.services, makeClick({ prompt: "a rocket" })),
  );
  await watchToEnd(server, id);
  await flushTraces();

  const named = (name: string) => {
    const found = spans.find((span) => span.name === name);
    if (!found) throw new Error(`No span is named ${name}: ${spans.map((span) => span.name)}`);
    return found;
  };
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([id.replaceAll("-", "")]));
  const run = named("run");
  expect(run.parentSpanId ?? "").toBe("");
  for (const name of ["send", "check"]) expect(named(name).parentSpanId).toBe(run.spanId);
  expect(named("submit to fal").parentSpanId).toBe(named("send").spanId);
  const ids = new Set(spans.filter(({ name }) => name === "check").map(({ spanId }) => spanId));
  for (const name of ["download", "make playable", "store"])
    expect(ids).toContain(named(name).parentSpanId);
  expect(textOf(run, "state")).toBe("done");
  expect(textOf(named("send"), "requestId")).toBe("the-request");
  expect(JSON.stringify(spans)).not.toContain("a rocket");
});

function textOf({ attributes }: Span, name: string): string | undefined {
  return attributes.find(({ key }) => key === name)?.value.stringValue;
}

/** Starts a collector of OTLP over HTTP, and sends this process's spans there until the test ends. */
async function startCollector() {
  const spans: Span[] = [];
  const collector = createServer(async (request, response) => {
    const { resourceSpans = [] } = JSON.parse(Buffer.concat(await request.toArray()).toString());
    for (const { scopeSpans } of resourceSpans)
      for (const scope of scopeSpans) spans.push(...scope.spans);
    response.setHeader("content-type", "application/json").end("{}");
  });
  await once(collector.listen(0, "127.0.0.1"), "listening");
  const { port } = collector.address() as AddressInfo;
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", `http://127.0.0.1:${port}`);
  await startTracing();
  onTestFinished(() => {
    setTracing(undefined);
    collector.close().closeAllConnections();
  });
  return spans;
}
