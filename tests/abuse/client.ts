import http from "node:http";
import net from "node:net";

export type Answer = {
  status: number;
  headers: string;
  text: string;
  /** The gateway in front of the servers gave it by itself. */
  isGateways?: boolean;
};

export type Message = {
  method?: string;
  path?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
  /** The address that it comes from, where there is a proxy in front to say so. */
  from?: string;
};

/** In place of a status: the server closed without a word. */
export const CLOSED = 0;

const ANSWERED_WITHIN_MS = 20_000;
// What the server does not read to its end would keep the connection from whoever comes next.
const LONG_BODY_BYTES = 32 * 1024;
const agent = new http.Agent({ keepAlive: true });

/** Sends exactly this: unlike `fetch` it cleans no path, adds no header and follows nothing. */
export function send(origin: string, message: Message = {}): Promise<Answer> {
  const { method = "GET", path = "/", headers = {}, body } = message;
  const { hostname, port } = new URL(origin);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const bytes = body === undefined ? 0 : Buffer.byteLength(body);
  const length = body === undefined ? {} : { "content-length": String(bytes) };
  const connection = bytes > LONG_BODY_BYTES ? false : agent;
  const request = http.request(
    { agent: connection, host: hostname, port, method, path, headers: { ...length, ...headers } },
    async (response) => {
      try {
        const text = Buffer.concat(await Array.fromAsync(response)).toString();
        resolve({ status: response.statusCode ?? 0, headers: listOf(response.rawHeaders), text });
      } catch (error) {
        reject(error);
      }
    },
  );
  request.setTimeout(ANSWERED_WITHIN_MS, () => request.destroy(new Error("no answer in time")));
  request.on("error", (error: NodeJS.ErrnoException) => {
    // A long body that the server does not read: it may close before its answer has been seen.
    if (connection === false && ["ECONNRESET", "EPIPE"].includes(error.code ?? ""))
      resolve({ status: CLOSED, headers: "", text: "" });
    // The server had closed the kept connection: nothing was read of this.
    else if (error.code === "ECONNRESET" && request.reusedSocket) resolve(send(origin, message));
    else reject(error);
  });
  request.end(body);
  return promise;
}

function listOf(rawHeaders: string[]): string {
  return rawHeaders.map((text, index) => text + (index % 2 === 0 ? ": " : "\n")).join("");
}

const QUIET_AFTER_MS = 700;

/** Writes these bytes to the server; every answer that comes back, or one `CLOSED` for none. */
export async function sendBytes(origin: string, bytes: string | Uint8Array): Promise<Answer[]> {
  const { hostname, port } = new URL(origin);
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = net.connect({ host: hostname, port: Number(port) });
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => resolve()).on("close", () => resolve());
  socket.setTimeout(QUIET_AFTER_MS, () => resolve());
  socket.write(bytes);
  await promise;
  socket.destroy();
  const text = Buffer.concat(chunks).toString("latin1");
  const answers = text.split(/^(?=HTTP\/1\.[01] \d{3})/m).flatMap(toAnswer);
  return answers.length > 0 ? answers : [{ status: CLOSED, headers: "", text: "" }];
}

function toAnswer(text: string): Answer[] {
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1]);
  // `100 Continue` announces the answer, and is none.
  if (!status || status === 100) return [];
  const end = text.indexOf("\r\n\r\n");
  return [{ status, headers: text.slice(0, end), text: text.slice(end + 4) }];
}
