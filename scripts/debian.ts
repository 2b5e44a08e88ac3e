import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

// A mirror that falls silent does not hold up the tests.
const INSTALLS_WITHIN_MS = 300_000;

/** Whether this is Debian or a child of it, and we may install something. */
export function canInstallPackages(): boolean {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version");
}

/** Returns whether it went through. */
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
