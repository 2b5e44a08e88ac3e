import "server-only";
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { oncePerProcess } from "../process/once-per-process.ts";

const own = oncePerProcess("scratch", () => {
  const scratch = { token: crypto.randomUUID().slice(0, 8), folders: new Set<string>() };
  process.on("exit", () => removeAll(scratch));
  return scratch;
});

/** Returns a new path in the folder. When this process ends, it removes every file whose path begins with it. */
export function nameScratch(folder: string): string {
  const { token, folders } = own();
  folders.add(folder);
  return path.join(/* turbopackIgnore: true */ folder, `${token}-${crypto.randomUUID()}`);
}

function removeAll({ token, folders }: { token: string; folders: Set<string> }): void {
  for (const folder of folders) {
    try {
      const names = readdirSync(/* turbopackIgnore: true */ folder);
      for (const name of names)
        if (name.startsWith(token)) rmSync(path.join(folder, name), { force: true });
    } catch {
      // The folder is gone, and with it the files.
    }
  }
}
