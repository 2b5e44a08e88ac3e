// Plain JavaScript that every version of Node can read, because it says which version is needed. The addons of an
// unsuitable version end the process without a word.
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const needed = manifest.engines.node.replace(/^>=/, "").split(".").map(Number);
const found = process.versions.node.split(".").map(Number);

if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  console.error(
    `Firstframe needs Node ${needed.join(".")} or newer, and this is Node ${process.versions.node} (${process.execPath}).\n` +
      "`npm ci && npm start` brings the right version. Without npm, install one from https://nodejs.org.",
  );
  process.exit(1);
}
