import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { hosts } from "./address.ts";
import {
  type AnswerEffect,
  type CallKind,
  type FaultPlan,
  FaultSyntaxError,
  parseFault,
  planOf,
} from "./faults.ts";
import { openScenario, type Scenario } from "./faults-scenario.ts";
import type { Job, Queue } from "./queue.ts";
import type { Outcome } from "./request.ts";

export const FAULT_HEADER = "x-fal-local-fault";

/**
 * What comes with a call: its connection (absent if the call was made in this process) and the fault that was asked
 * for.
 */
export type CallEnv = {
  outgoing?: { socket?: { destroy(): unknown } | null };
  fault?: string;
};

type Fetch = (request: Request, env?: CallEnv) => Promise<Response>;
type Call = { kind: CallKind; requestId?: string; endpoint?: string };

const MARKER = /\{\{\s*fault:\s*([^{}]+?)\s*\}\}/i;
const requestPath = /^(.+)\/requests\/([^/]+)(\/status|\/status\/stream|\/cancel|\/response)?$/;

const followUps = new Map<string, CallKind>([
  ["/status", "status"],
  ["/status/stream", "stream"],
  ["/cancel", "cancel"],
]);

/** Ends a request with the failure that the caller asked for. Without one, runs the model. */
export async function runWithFault(job: Job, run: (job: Job) => Promise<Outcome>) {
  const outcome = planOf(job.request)?.outcome;
  if (!outcome) return run(job);
  job.log(`Failing as asked for: ${job.request.options?.fault}`, "ERROR");
  return outcome;
}

/** Wraps a whole local fal and applies the faults that callers asked for to its answers. */
export function withFaults(fetch: Fetch, queue: Pick<Queue, "find">, scenario: Scenario): Fetch {
  const chooseByScenario = openScenario(scenario);
  // Counts how often each effect was applied, so that it stops after the number of times that was asked for.
  const counts = new Map<string, number>();

  return async (request, env = {}) => {
    const call = recognise(request.method, new URL(request.url).pathname);
    if (!call) return fetch(request, env);
    let fault: string | undefined;
    let plan: FaultPlan | undefined;
    try {
      fault = await findFault(request, call);
      plan = fault === undefined ? undefined : parseFault(fault);
    } catch (error) {
      if (!(error instanceof FaultSyntaxError)) throw error;
      return Response.json({ detail: error.message, error_type: "bad_request" }, { status: 400 });
    }

    const effects: AnswerEffect[] = [];
    for (const [index, { call: on, times, effect }] of plan?.calls.entries() ?? []) {
      if (on !== call.kind) continue;
      const key = `${call.requestId ?? `${call.endpoint} ${fault}`} ${index}`;
      const count = (counts.get(key) ?? 0) + 1;
      // A submission has no request id yet. After one has succeeded, the count starts again for the next submission
      // like it.
      if (count > times && call.requestId === undefined) counts.delete(key);
      else counts.set(key, count);
      if (count <= times) effects.push(effect);
    }
    return applyEffects(effects, env, () => fetch(request, { ...env, fault }));
  };

  async function findFault(request: Request, { kind, requestId, endpoint }: Call) {
    if (requestId !== undefined) return queue.find(requestId)?.request.options?.fault;
    const header = request.headers.get(FAULT_HEADER);
    if (header !== null) return header;
    if (kind !== "submit" && kind !== "run") return undefined;
    const prompt = await readPrompt(request);
    return MARKER.exec(prompt)?.[1] ?? chooseByScenario(endpoint ?? "", prompt);
  }
}

async function applyEffects(
  effects: AnswerEffect[],
  env: CallEnv,
  handle: () => Promise<Response>,
): Promise<Response> {
  const instead = effects.find(
    (effect) => effect.kind === "answer" || (effect.kind === "reset" && !effect.isHandled),
  );
  if (instead?.kind === "reset") return tear(env);
  let response = instead?.kind === "answer" ? toResponse(instead.answer) : await handle();
  for (const { kind } of effects) {
    if (kind === "reset") {
      await response.body?.cancel();
      return tear(env);
    }
    if (kind === "malformed") response = await halve(response);
    if (kind === "gzip") response = compress(response, env);
    if (kind === "cut") response = cutOff(response, env);
  }
  return response;
}

function recognise(method: string, pathname: string): Call | undefined {
  const [, host = "", path = ""] = /^\/([^/]+)\/(.*)$/.exec(pathname) ?? [];
  if (host === hosts.run) return method === "POST" ? { kind: "run", endpoint: path } : undefined;
  if (host === hosts.rest && path.startsWith("storage/upload/")) return { kind: "upload" };
  if ((hosts.files as readonly string[]).includes(host)) {
    return { kind: method === "PUT" || method === "POST" ? "upload" : "file" };
  }
  if (host !== hosts.queue) return undefined;

  const [, , requestId, call] = requestPath.exec(path) ?? [];
  if (requestId === undefined) {
    return method === "POST" ? { kind: "submit", endpoint: path } : undefined;
  }
  return { kind: call === undefined ? "result" : (followUps.get(call) ?? "result"), requestId };
}

async function readPrompt(request: Request): Promise<string> {
  const body = (await request
    .clone()
    .json()
    .catch(() => undefined)) as { prompt?: unknown } | null | undefined;
  return typeof body?.prompt === "string" ? body.prompt : "";
}

function toResponse({ status, body, headers }: { status: number; body: unknown; headers: object }) {
  const requestId = crypto.randomUUID();
  return Response.json(body, {
    status,
    headers: { "x-fal-request-id": requestId, ...headers },
  });
}

/** Like an unplugged cable: the caller gets a broken connection and no answer. */
function tear({ outgoing }: CallEnv): Response {
  if (!outgoing) {
    const cause = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    throw new TypeError("fetch failed", { cause });
  }
  outgoing.socket?.destroy();
  return RESPONSE_ALREADY_SENT;
}

async function halve(response: Response): Promise<Response> {
  const text = await response.text();
  return copyOf(response, text.slice(0, Math.floor(text.length / 2)));
}

// Over HTTP the body is compressed. A fetch inside this process gets it decoded, as every fetch returns it, with the
// same header.
function compress(response: Response, { outgoing }: CallEnv): Response {
  const body = outgoing && response.body ? toGzip(response.body) : response.body;
  return copyOf(response, body, { "content-encoding": "gzip" });
}

function toGzip(body: ReadableStream<Uint8Array>): ReadableStream {
  const gzip = new CompressionStream("gzip") as unknown as TransformStream<Uint8Array, Uint8Array>;
  return body.pipeThrough(gzip);
}

/** Sends the first chunk, or half of a body that has only one chunk, and then breaks the connection. */
function cutOff(response: Response, env: CallEnv): Response {
  let pieces = 0;
  const cut = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      pieces += 1;
      const isEventStream = response.headers.get("content-type")?.startsWith("text/event-stream");
      if (pieces === 1) {
        controller.enqueue(isEventStream ? chunk : chunk.subarray(0, Math.ceil(chunk.length / 2)));
      }
      if (pieces > 1 || !isEventStream) breakOff(controller);
    },
    flush: (controller) => breakOff(controller),
  });
  const { outgoing } = env;
  function breakOff(controller: TransformStreamDefaultController) {
    // Node must send what was written before the connection breaks.
    if (outgoing) setImmediate(() => outgoing.socket?.destroy());
    else controller.error(new TypeError("terminated"));
  }
  return copyOf(response, response.body?.pipeThrough(cut) ?? null);
}

function copyOf(
  { status, headers: original }: Response,
  body: BodyInit | null,
  more: Record<string, string> = {},
): Response {
  const headers = new Headers(original);
  headers.delete("content-length");
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  return new Response(body, { status, headers });
}
