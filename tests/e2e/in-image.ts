import type { Environment } from "./app-server.ts";

/**
 * Returns the command that starts the app in the image's root file system, if `FIRSTFRAME_IMAGE` names one: read-only, as
 * account 1000, with only its data folder to write in.
 */
export function findImageCommand(
  dataDir: string,
  env: Environment,
): { command: string[]; env: Environment } | undefined {
  const image = process.env.FIRSTFRAME_IMAGE;
  if (!image) return undefined;
  const command = [
    ...["bwrap", "--ro-bind", image, "/", "--bind", dataDir, "/data", "--tmpfs", "/tmp"],
    ...["--proc", "/proc", "--dev", "/dev", "--chdir", "/app", "--die-with-parent"],
    ...["--unshare-user", "--uid", "1000", "--gid", "1000", "--unshare-pid", "--cap-drop", "ALL"],
    ...["/usr/local/bin/node", "/app/server.js"],
  ];
  const inside = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.replace(dataDir, "/data")]),
  );
  return { command, env: { ...inside, HOST: "0.0.0.0" } };
}
