import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findFreePort } from "./ports.ts";

/** The path of PgBouncer, if it is installed. */
export const pgBouncer = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].find(existsSync);

const NOBODY = 65_534;

/** Starts a pooler in front of a cluster. It gives each transaction any of three connections. */
export async function startPgBouncer(clusterUrl: string) {
  const { hostname, port: target, username, password } = new URL(clusterUrl);
  const folder = await mkdtemp(join(tmpdir(), "firstframe-pgbouncer-"));
  const port = await findFreePort("127.0.0.1");
  const config = join(folder, "pgbouncer.ini");
  await chmod(folder, 0o755);
  await writeFile(
    config,
    `[databases]
* = host=${hostname} port=${target} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
auth_type = any
pool_mode = transaction
default_pool_size = 3
unix_socket_dir =
`,
  );
  // PgBouncer refuses to run as root.
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const child = spawn(pgBouncer ?? "pgbouncer", [config], { stdio: "ignore", ...identity });
  await waitForPort(port);
  return {
    url: `postgres://${username}:${password}@127.0.0.1:${port}`,
    async stop() {
      child.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function waitForPort(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await delay(50);
  }
  throw new Error("PgBouncer did not start");
}
