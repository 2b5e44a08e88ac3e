/** Looks after what a server keeps: `npm run admin`. It reads the settings of the server in this folder. */
import path from "node:path";
import { parseArgs } from "node:util";
import nextEnv from "@next/env";

const usage = `Usage: npm run admin -- COMMAND

  backup FOLDER              copy records, media and the stored secret, while servers run
  restore FOLDER             write a backup into the database and store that are set, which must be empty
  move --database URL --media URL
                             copy everything to another database and store; no server may run
  check [--remove-orphans]   find missing files, and files that no record names
  owners                     list the owners of libraries, the largest first
  export OWNER FILE.zip      write an owner's library as one ZIP
  delete OWNER --yes         erase an owner for good
  rotate [--forget]          change the secret of the sessions; nobody loses a library unless you forget the old ones
  retention                  list what the server removes next, by KEEP_DAYS and MEDIA_QUOTA_GB

OWNER is an owner's id, the id of one of its videos, or one of its links.`;

const options = {
  database: { type: "string" },
  media: { type: "string" },
  yes: { type: "boolean" },
  forget: { type: "boolean" },
  "remove-orphans": { type: "boolean" },
  help: { type: "boolean" },
} as const;

// Reads the same files in the same order as the server.
nextEnv.loadEnvConfig(process.cwd(), false, { info() {}, error: console.error });
process.env.LOG_LEVEL ||= "warn";
// A backup and an export hold what only their owner may read.
process.umask(process.umask() | 0o077);

try {
  process.exitCode = await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function run(): Promise<number> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [command = "", ...names] = positionals;
  if (values.help || command === "") {
    console.log(usage);
    return command === "" && !values.help ? 2 : 0;
  }
  const { runCommand } = await import("../lib/server/admin/commands.ts");
  const paths = names.map((name) => (name.includes("://") ? name : path.normalize(name)));
  const done = await runCommand({ command, names: paths, ...values }, (line) => console.log(line));
  if (done !== undefined) return done;
  console.error(usage);
  return 2;
}
