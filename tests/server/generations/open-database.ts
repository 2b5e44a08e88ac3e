/** Opens a database in a separate process, as a server does: `node open-database.ts URL`. */
import { existsSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const root = new URL("../../../", import.meta.url);

// Resolves what the bundler resolves for the app: aliases, and names without an extension.
registerHooks({
  resolve(specifier, context, resolveNext) {
    if (specifier === "server-only") {
      return resolveNext(new URL("tests/server-only.ts", root).href, context);
    }
    const isOwn = /^(@\/|\.)/.test(specifier);
    if (!isOwn) return resolveNext(specifier, context);
    const url = new URL(specifier.replace(/^@\//, root.href), context.parentURL);
    const source = new URL(`${url.href}.ts`);
    return resolveNext(existsSync(fileURLToPath(source)) ? source.href : specifier, context);
  },
});

const path = "../../../lib/server/database/open.ts";
const { openDatabase } = (await import(path)) as typeof import("@/lib/server/database/open");
const db = await openDatabase(process.argv[2] ?? "");
console.log((await db.query.selectFrom("generations").select("id").execute()).length);
await db.close();
