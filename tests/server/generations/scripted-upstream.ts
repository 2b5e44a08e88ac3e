import type { ServerResponse } from "node:http";
import { type Answer, type Call, type CallKind, startRecorder } from "./recorder";

export type ScriptedAnswer =
  | { status?: number; body?: unknown; headers?: Record<string, string> }
  /** The connection breaks before an answer. */
  | "torn"
  | Answer;

/** In fal's place: it says what the test tells it to say, and writes down what it is asked. */
export async function startScriptedUpstream(options?: { port: number }) {
  const scripts = new Map<CallKind, ScriptedAnswer[]>();
  const { origin, calls, close } = await startRecorder((call, response) => {
    const script = scripts.get(call.kind) ?? [];
    const next = script.length > 1 ? script.shift() : script[0];
    return give(next ?? defaults[call.kind] ?? { status: 404 }, call, response);
  }, options);
  return {
    base: origin,
    calls,
    close,
    /** From now on such calls are answered so, one after the other and by the last for good. */
    answer(kind: CallKind, ...script: ScriptedAnswer[]) {
      scripts.set(kind, script);
    },
  };
}

export type ScriptedUpstream = Awaited<ReturnType<typeof startScriptedUpstream>>;

export const completed: ScriptedAnswer = { status: 202, body: { status: "COMPLETED" } };

/** A result whose video is at this address. */
export function resultAt(url: string): ScriptedAnswer {
  return { body: { video: { url, content_type: "video/mp4" } } };
}

/** A file as it is, whatever is in it. */
export function file(bytes: Uint8Array, type = "video/mp4"): ScriptedAnswer {
  return (_, response) => {
    response.writeHead(200, { "content-type": type, "content-length": bytes.length });
    response.end(bytes);
  };
}

/** An answer that waits until the test lets it go. */
export function held(answer: ScriptedAnswer) {
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const waitAndGive: Answer = async (call, response) => {
    arrived.resolve();
    await released.promise;
    return give(answer, call, response);
  };
  return { answer: waitAndGive, arrived: arrived.promise, release: released.resolve };
}

const accepted: ScriptedAnswer = (_, response) =>
  sendJson(response, { body: { status: "IN_QUEUE", request_id: crypto.randomUUID() } });

const defaults: Partial<Record<CallKind, ScriptedAnswer>> = {
  submit: accepted,
  status: { status: 202, body: { status: "IN_QUEUE", queue_position: 0 } },
};

function give(answer: ScriptedAnswer, call: Call, response: ServerResponse): unknown {
  if (answer === "torn") return response.destroy();
  return typeof answer === "function" ? answer(call, response) : sendJson(response, answer);
}

function sendJson(
  response: ServerResponse,
  { status = 200, body, headers }: Exclude<ScriptedAnswer, "torn" | Answer>,
) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body ?? {}));
}
