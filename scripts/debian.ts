import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

// A mirror that stops answering must not block the tests.
const INSTALLS_WITHIN_MS = 300_000;

/** Whether this is Debian or a derivative, and packages may be installed. */
export function canInstallPackages(): boolean {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version");
}

/** Returns whether the installation succeeded. */
export function installPackages(names: readonly string[]): boolean {
  return run("update", "-q") && run("install", "-y", "-q", "--no-install-recommends", ...names);
}

function run(...args: string[]): boolean {
  const { status } = spawnSync("apt-get", args, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    timeout: INSTALLS_WITHIN_MS,
  });
  return status === 0;
}
