import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { promisify } from "node:util";

/** What has happened to the connections of the line so far. */
export type LineCounts = {
  opened: number;
  tornHandshakes: number;
  eaten: number;
  refusals: number;
};

export type TornLine = {
  /** Of the upstream, at the servers' end of the line. */
  origin: string;
  /** For NODE_EXTRA_CA_CERTS. */
  certificate: string;
  counts: LineCounts;
  close(): void;
};

const TORN_HANDSHAKE = 0.08;
const EATEN = 0.04;
const REFUSES_EVERY_MS = 2_500;
const REFUSES_FOR_MS = 250;

/**
 * TLS to the upstream over a bad line: it refuses connections now and then, tears handshakes, and swallows the first
 * bytes of a request that it then tears.
 */
export async function openTornLine(
  target: string,
  folder: string,
  random: () => number,
): Promise<TornLine> {
  const { key, cert, certificate } = await makeCertificate(folder);
  const counts: LineCounts = { opened: 0, tornHandshakes: 0, eaten: 0, refusals: 0 };
  const sockets = new Set<Socket>();
  const { hostname, port: targetPort } = new URL(target);

  const inner = createTlsServer({ key, cert }, (secure) => {
    secure.on("error", () => secure.destroy());
    if (random() < EATEN) {
      secure.once("data", () => {
        counts.eaten++;
        secure.destroy();
      });
      return;
    }
    const onwards = connect(Number(targetPort), hostname);
    onwards.on("error", () => secure.destroy());
    secure.on("close", () => onwards.destroy());
    onwards.on("close", () => secure.destroy());
    secure.pipe(onwards).pipe(secure);
  });
  inner.on("tlsClientError", () => {});

  const accept = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    counts.opened++;
    if (random() < TORN_HANDSHAKE) {
      counts.tornHandshakes++;
      socket.once("data", () => socket.destroy());
    } else {
      inner.emit("connection", socket);
    }
  };
  let outer = await listen(accept, 0);
  const { port } = outer.address() as AddressInfo;
  const refusing = setInterval(() => {
    counts.refusals++;
    outer.close();
    setTimeout(async () => {
      if (!isClosed) outer = await listen(accept, port);
    }, REFUSES_FOR_MS);
  }, REFUSES_EVERY_MS);
  let isClosed = false;

  return {
    origin: `https://localhost:${port}`,
    certificate,
    counts,
    close() {
      isClosed = true;
      clearInterval(refusing);
      outer.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function listen(accept: (socket: Socket) => void, port: number): Promise<Server> {
  const server = createServer(accept).listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function makeCertificate(folder: string) {
  const [keyFile, certificate] = [join(folder, "line.key"), join(folder, "line.crt")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-keyout", keyFile, "-out", certificate, "-days", "2", "-nodes"];
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048"],
    ...subject,
    ...files,
  ]);
  const [key, cert] = await Promise.all([readFile(keyFile), readFile(certificate)]);
  return { key, cert, certificate };
}
