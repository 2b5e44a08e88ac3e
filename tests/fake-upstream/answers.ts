import type { ServerResponse } from "node:http";
import { request as send } from "node:http";
import type { Answer, Call } from "./recorder.ts";

export type ScriptedAnswer =
  | { status?: number; body?: unknown; headers?: Record<string, string> }
  /** The connection breaks before an answer. */
  | "torn"
  | Answer;

/** The answer to a submit, with a new request id each time. */
export const accepted: ScriptedAnswer = (_, response) =>
  sendJson(response, {
    body: { status: "IN_QUEUE", request_id: crypto.randomUUID(), queue_position: 0 },
  });

export const inLine: ScriptedAnswer = {
  status: 202,
  body: { status: "IN_QUEUE", queue_position: 0 },
};

export const completed: ScriptedAnswer = { status: 202, body: { status: "COMPLETED" } };

export const unknown: ScriptedAnswer = { status: 404 };

/** A result with the address of its video. */
export function resultAt(url: string): ScriptedAnswer {
  return { body: { video: { url, content_type: "video/mp4" } } };
}

/** A file with these bytes, unchecked. */
export function file(bytes: Uint8Array, type = "video/mp4"): ScriptedAnswer {
  return (_, response) => {
    response.writeHead(200, { "content-type": type, "content-length": bytes.length });
    response.end(bytes);
  };
}

/** An answer that waits until the test releases it. */
export function blocked(answer: ScriptedAnswer) {
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const waitAndGive: Answer = async (call, response) => {
    arrived.resolve();
    await released.promise;
    return give(answer, call, response);
  };
  return { answer: waitAndGive, arrived: arrived.promise, release: released.resolve };
}

/** The answer of another server, forwarded unchanged, even if it breaks off. */
export function passedOn(
  target: string,
  changeHeaders: (headers: Call["headers"]) => Call["headers"] = (headers) => headers,
): Answer {
  return ({ method, url, headers, bytes }, response) => {
    const tear = () => response.destroy();
    const options = { method, headers: changeHeaders(headers) };
    const outgoing = send(new URL(url, target), options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on("error", tear).pipe(response);
    });
    outgoing.on("error", tear);
    outgoing.end(bytes);
  };
}

export function give(answer: ScriptedAnswer, call: Call, response: ServerResponse): unknown {
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
