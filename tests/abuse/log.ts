import { stripVTControlCharacters } from "node:util";

// What Next says of itself when it starts, and what `startAppServer` adds.
const NEXTS_OWN =
  /^(\s*|.{0,2}▲ Next\.js .*|\s*- (Local|Network|Environments):.*|\s*✓ .*|\(ended by .*\))$/;

/** Lines of a server's output that are neither one JSON object nor Next's own: someone wrote them through us. */
export function findLogFaults(output: string): string[] {
  return output.split("\n").flatMap((line) => {
    if (isJsonObject(line) || NEXTS_OWN.test(stripVTControlCharacters(line))) return [];
    return [`a line in the log: ${JSON.stringify(line.slice(0, 200))}`];
  });
}

function isJsonObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}
