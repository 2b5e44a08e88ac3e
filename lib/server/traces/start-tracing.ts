import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { createHash, randomBytes } from "node:crypto";
import { currentRequestId } from "../process/request-context.ts";
import { setTracing, type Tracing } from "./spans.ts";

/**
 * Sends spans to the collector of OTEL_EXPORTER_OTLP_ENDPOINT. Loads OpenTelemetry, so call it only if that is set.
 */
export async function startTracing(): Promise<void> {
  const [
    { ROOT_CONTEXT, SpanStatusCode, TraceFlags, trace },
    sdk,
    { OTLPTraceExporter },
    resources,
  ] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/resources"),
  ]);
  let chosen: { traceId: string; spanId: string } | undefined;
  const provider = new sdk.TracerProvider({
    resource: resources
      .resourceFromAttributes({ "service.name": "firstframe" })
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
    // The span of a whole run is written last, but its children name it from the beginning.
    idGenerator: {
      generateTraceId: () => chosen?.traceId ?? randomBytes(16).toString("hex"),
      generateSpanId: () => chosen?.spanId ?? randomBytes(8).toString("hex"),
    },
  });
  const tracer = provider.getTracer("firstframe");
  const parents = new AsyncLocalStorage<{ generation: string; context: typeof ROOT_CONTEXT }>();

  const rootOf = (generation: string) =>
    trace.setSpanContext(ROOT_CONTEXT, {
      ...idsOf(generation),
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    });

  const tracing: Tracing = {
    async run(generation, name, attributes, work) {
      const outer = parents.getStore();
      const parent = outer?.generation === generation ? outer.context : rootOf(generation);
      const requestId = currentRequestId();
      const span = tracer.startSpan(
        name,
        { attributes: { ...attributes, generation, ...(requestId && { requestId }) } },
        parent,
      );
      try {
        const context = trace.setSpan(parent, span);
        return await parents.run({ generation, context }, work);
      } catch (error) {
        // Its message may hold an address with a signature.
        const message = error instanceof Error ? error.name : "";
        span.setStatus({ code: SpanStatusCode.ERROR, message });
        throw error;
      } finally {
        span.end();
      }
    },
    record(generation, name, attributes, { startedAt, endedAt }) {
      chosen = idsOf(generation);
      try {
        tracer
          .startSpan(
            name,
            { root: true, startTime: startedAt, attributes: { ...attributes, generation } },
            ROOT_CONTEXT,
          )
          .end(endedAt);
      } finally {
        chosen = undefined;
      }
    },
    flush: () => provider.forceFlush(),
  };
  setTracing(tracing);
}

/** A generation's id is the id of its trace, so that every server and every restart adds to the same one. */
function idsOf(generation: string): { traceId: string; spanId: string } {
  const isOurs = /^[0-9a-f-]{36}$/.test(generation);
  const hash = createHash("sha256").update(generation).digest("hex");
  return {
    traceId: isOurs ? generation.replaceAll("-", "") : hash.slice(0, 32),
    spanId: hash.slice(-16),
  };
}
