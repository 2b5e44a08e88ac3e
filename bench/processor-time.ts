import { readFile } from "node:fs/promises";

// Linux counts processor time in ticks of this length.
const TICKS_A_SECOND = 100;

/** Returns the processor time of a process in milliseconds, as Linux counts it. */
export async function readWork(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // Fields are counted after the name, which may contain spaces: the 14th and 15th are user and system ticks.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_A_SECOND;
}
