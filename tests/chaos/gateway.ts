import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findFreePort } from "../ports.ts";

/** A reverse proxy in front of all servers, which answers in their place when they are away. */
export type Gateway = { origin: string; kill(): Promise<void>; restart(): Promise<void> };

export function hasNginx(): boolean {
  return spawnSync("nginx", ["-v"]).status === 0;
}

/** Chosen before the servers start, because their own address depends on it. */
export async function openGateway(folder: string) {
  const port = await findFreePort("127.0.0.1");
  const origin = `http://localhost:${port}`;
  let child: ChildProcess | undefined;
  const end = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    // Its workers are of the same group.
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await exited;
  };
  return {
    origin,
    async start(servers: readonly string[]): Promise<Gateway> {
      const home = join(folder, "nginx");
      await mkdir(home, { recursive: true });
      const config = join(home, "nginx.conf");
      await writeFile(config, toConfig(home, port, servers));
      const launch = async () => {
        child = spawn("nginx", ["-c", config, "-p", home], { detached: true, stdio: "ignore" });
        await untilListening(origin);
      };
      await launch();
      return { origin, kill: end, restart: launch };
    },
    close: end,
  };
}

function toConfig(home: string, port: number, servers: readonly string[]): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
worker_processes 1;
pid ${home}/nginx.pid;
error_log ${home}/error.log;
events { worker_connections 512; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${home}/${name};`).join("\n  ")}
  upstream app { ${servers.map((origin) => `server 127.0.0.1:${new URL(origin).port} max_fails=0;`).join(" ")} }
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 25m;
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_buffering off;
      proxy_next_upstream off;
    }
  }
}
`;
}

async function untilListening(origin: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await fetch(`${origin}/api/health`).catch(() => undefined)) return;
    await delay(25);
  }
  throw new Error("The gateway does not listen");
}
