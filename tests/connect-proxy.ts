import { once } from "node:events";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { onTestFinished } from "vitest";

/** Starts a proxy that records what it is asked for and sends everything to `target`, whatever the host's name. */
export async function startProxy(target: string) {
  const { hostname, port } = new URL(target);
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    const { method, url = "", headers } = incoming;
    asked.push(`${method} ${url}`);
    const { pathname, search } = new URL(url);
    const outgoing = request(
      { hostname, port, method, headers, path: `${pathname}${search}` },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    outgoing.on("error", () => response.destroy());
    incoming.pipe(outgoing);
  });
  server.on("connect", ({ url }, client) => {
    asked.push(`CONNECT ${url}`);
    const tunnel = connect(Number(port), hostname, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      tunnel.pipe(client);
      client.pipe(tunnel);
    });
    tunnel.on("error", () => client.destroy());
    client.on("error", () => tunnel.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
