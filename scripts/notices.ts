/** Writes THIRD_PARTY_NOTICES.md, or with `--check` says whether it is up to date: `npm run notices`. */
import { readFile, writeFile } from "node:fs/promises";
import { makeNotices } from "./third-party.ts";

const file = new URL("../THIRD_PARTY_NOTICES.md", import.meta.url);
const notices = await makeNotices();
if (!process.argv.includes("--check")) await writeFile(file, notices);
else if (notices !== (await readFile(file, "utf8").catch(() => ""))) {
  console.error("THIRD_PARTY_NOTICES.md is out of date: npm run notices");
  process.exitCode = 1;
}
