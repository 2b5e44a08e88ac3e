/** Opens a database and dies before its Nth statement, as in a power cut: `node die-at.ts URL N`. */
import Sqlite from "better-sqlite3";

const dieAt = Number(process.argv[3]);
let statements = 0;

for (const name of ["prepare", "exec", "pragma"] as const) {
  const original = Sqlite.prototype[name] as (...args: unknown[]) => unknown;
  Object.assign(Sqlite.prototype, {
    [name](this: unknown, ...args: unknown[]) {
      if (++statements === dieAt) process.kill(process.pid, "SIGKILL");
      return original.apply(this, args);
    },
  });
}

await import("../generations/open-database.ts");
