import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, request as sendOn } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Names the address that a request is to come from; the gateway takes it for the connection's own. */
export const FROM = "x-abuse-from";

/** Names in an answer the server that gave it; what the gateway answers by itself lacks it. */
export const PASSED_TO = "x-abuse-passed-to";

export type Gateway = AsyncDisposable & { origin: string; kind: "nginx" | "node" };

const NGINX = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx"];
const READY_WITHIN_MS = 10_000;

/** A reverse proxy in front of these servers: nginx where there is one, else a small one of our own. */
export async function startGateway(port: number, origins: readonly string[]): Promise<Gateway> {
  const program = NGINX.find((file) => existsSync(file));
  return program ? startNginx(program, port, origins) : startOwn(port, origins);
}

async function startNginx(
  program: string,
  port: number,
  origins: readonly string[],
): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), "firstframe-gateway-"));
  await mkdir(join(folder, "temp"));
  await writeFile(join(folder, "nginx.conf"), toConfig(folder, port, origins));
  const nginx = spawn(program, ["-p", folder, "-c", join(folder, "nginx.conf")], {
    stdio: "ignore",
  });
  const kill = () => void nginx.kill("SIGTERM");
  process.on("exit", kill);
  const origin = originAt(port);
  await waitForAnswer(origin, nginx);
  return {
    ...{ origin, kind: "nginx" },
    async [Symbol.asyncDispose]() {
      process.off("exit", kill);
      const exited = once(nginx, "exit");
      kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// By name, because cookies know no ports: a browser would send those of 127.0.0.1 to the upstream there as well.
export function originAt(port: number): string {
  return `http://localhost:${port}`;
}

// As a careful operator sets it up: the address that it saw goes last into X-Forwarded-For, and what a visitor says of
// host and protocol is not handed on. Headers and bodies may be as long as the app itself takes them.
function toConfig(folder: string, port: number, origins: readonly string[]): string {
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/temp/${name};`)
    .join("\n  ");
  return `
${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  ${temp}
  access_log off;
  client_max_body_size 64m;
  large_client_header_buffers 8 32k;
  server_tokens off;
  upstream app {
    ${origins.map((origin) => `server 127.0.0.1:${new URL(origin).port};`).join("\n    ")}
    keepalive 16;
  }
  server {
    listen 127.0.0.1:${port};
    set_real_ip_from 127.0.0.1;
    real_ip_header ${FROM};
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Abuse-From "";
      add_header ${PASSED_TO} $upstream_addr always;
    }
  }
}
`;
}

/** The same for a machine without nginx. */
async function startOwn(port: number, origins: readonly string[]): Promise<Gateway> {
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    const app = new URL(origins[count++ % origins.length] ?? "");
    const { [FROM]: named, ...headers } = incoming.headers;
    const from = String(named ?? incoming.socket.remoteAddress ?? "");
    const before = headers["x-forwarded-for"];
    const onward = sendOn({
      ...{ hostname: app.hostname, port: app.port, method: incoming.method, path: incoming.url },
      headers: {
        ...headers,
        "x-forwarded-for": [before, from].flat().filter(Boolean).join(", "),
        "x-forwarded-host": headers.host ?? "",
        "x-forwarded-proto": "http",
      },
    });
    onward.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, [...answer.rawHeaders, PASSED_TO, app.host]);
      answer.pipe(outgoing);
    });
    onward.on("error", () => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
    });
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    ...{ origin: originAt(port), kind: "node" },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    },
  };
}

async function waitForAnswer(origin: string, nginx: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await delay(25)) {
    if (nginx.exitCode !== null) break;
    const answer = await fetch(`${origin}/api/health`).catch(() => undefined);
    if (answer?.ok) return;
  }
  nginx.kill("SIGKILL");
  throw new Error("nginx did not begin to answer");
}
