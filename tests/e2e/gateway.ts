import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from "node:http";
import type { AddressInfo } from "node:net";

export type Interference = {
  status: number;
  /** Whether the app still receives the call, so that only its answer is lost. */
  isPassedOn: boolean;
  body?: string;
  headers?: Record<string, string>;
};

export type Gateway = AsyncDisposable & {
  origin: string;
  /** Answers matching calls instead of the app from now on. "silence" accepts them and never answers. */
  interfere: (
    matches: (request: IncomingMessage) => boolean,
    how: Interference | "silence",
    times?: number,
  ) => void;
  /** Forwards everything again. */
  clear: () => void;
  /** How many calls it has answered itself. */
  interfered: () => number;
};

/** Starts a reverse proxy in front of the app that can answer in its place. */
export async function startGateway(target: string): Promise<Gateway> {
  const { hostname, port } = new URL(target);
  let rule:
    | { matches: (request: IncomingMessage) => boolean; how: Interference | "silence" }
    | undefined;
  let left = 0;
  let interfered = 0;

  const pass = (request: IncomingMessage, answer: (upstream: IncomingMessage) => void) => {
    const { method, url: path, headers } = request;
    const passed = send({ hostname, port, method, path, headers }, answer);
    request.pipe(passed);
    return passed;
  };
  const reply = (response: ServerResponse, { status, body, headers }: Interference) =>
    response
      .writeHead(status, { "content-type": "text/html", ...headers })
      .end(body ?? `<html><h1>${status}</h1><p>from the gateway</p></html>`);

  const server = createServer((request, response) => {
    if (rule && left > 0 && rule.matches(request)) {
      const { how } = rule;
      left -= 1;
      interfered += 1;
      if (how === "silence") return void request.resume();
      if (!how.isPassedOn) return void request.resume().on("end", () => reply(response, how));
      pass(request, (answer) => answer.resume().on("end", () => reply(response, how))).on(
        "error",
        () => reply(response, how),
      );
      return;
    }
    const passed = pass(request, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    response.on("close", () => passed.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    interfere(matches, how, times = Number.POSITIVE_INFINITY) {
      rule = { matches, how };
      left = times;
      interfered = 0;
    },
    clear: () => {
      rule = undefined;
    },
    interfered: () => interfered,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    },
  };
}

export const isApi = ({ url }: IncomingMessage) => String(url).startsWith("/api/");

export const isSubmit = ({ method, headers }: IncomingMessage) =>
  method === "POST" && String(headers["x-fal-target-url"]).startsWith("https://queue.fal.run/");

export const isUploadStart = ({ method, headers }: IncomingMessage) =>
  method === "POST" && String(headers["x-fal-target-url"]).includes("/storage/upload/");

export const isPut = ({ method, url }: IncomingMessage) =>
  method === "PUT" && String(url).startsWith("/local-fal/");

/** The header of the server's own answers. */
export const ownAnswer = () => ({ "x-firstframe-answer": String(Date.now()) });
