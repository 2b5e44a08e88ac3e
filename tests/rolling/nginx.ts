import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const locations = resolve(import.meta.dirname, "../../deploy/nginx/firstframe-locations.conf");
const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

export type Nginx = { stop(): Promise<void> };

type NginxOptions = {
  port: number;
  servers: readonly string[];
  /** Where it finds the files that a server hands over. */
  mediaFolder?: string;
};

/** Starts nginx with the locations of `deploy/nginx` in front of the servers. */
export async function startNginx(
  folder: string,
  { port, servers, mediaFolder }: NginxOptions,
): Promise<Nginx> {
  const home = join(folder, "nginx");
  await mkdir(home, { recursive: true });
  const upstreams = servers.map(
    (origin) => `server 127.0.0.1:${new URL(origin).port} max_fails=1 fail_timeout=2s;`,
  );
  const text = await readFile(locations, "utf8");
  const own = mediaFolder ? text.replace("/var/lib/firstframe/media", mediaFolder) : text;
  await writeFile(join(home, "locations.conf"), own);
  const config = join(home, "nginx.conf");
  await writeFile(
    config,
    `${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
worker_processes 1;
pid ${home}/nginx.pid;
error_log ${home}/error.log warn;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  ${TEMPORARY.map((name) => `${name}_temp_path ${home}/${name};`).join("\n  ")}
  upstream firstframe { least_conn; ${upstreams.join(" ")} keepalive 32; }
  server {
    listen 127.0.0.1:${port};
    include ${home}/locations.conf;
  }
}
`,
  );
  const child = spawn("nginx", ["-c", config, "-p", home], { stdio: "ignore" });
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await fetch(`http://127.0.0.1:${port}/api/health`).catch(() => undefined)) break;
    await delay(25);
  }
  return {
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}
