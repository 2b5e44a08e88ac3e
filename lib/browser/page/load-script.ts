import type { ProblemCode } from "@/lib/problems";

/** A part of the page's script did not come. */
export class ScriptMissing extends Error {
  override name = "ScriptMissing";
}

const COMES_WITHIN_MS = 20_000;
const TRIES = 3;

const arrived = new WeakSet<EventTarget>();
if (typeof document !== "undefined") {
  for (const script of document.scripts) arrived.add(script);
  document.addEventListener("load", ({ target }) => target && arrived.add(target), true);
}

/**
 * Imports a part of the page that comes late. One whose line falls silent is fetched again on a new connection. Throws
 * `ScriptMissing` when it can't be had.
 */
export async function importWithin<Module>(importPart: () => Promise<Module>): Promise<Module> {
  for (let left = TRIES; left > 0; left--) {
    const part = await Promise.race([importPart(), silence()]).catch((cause: unknown) => {
      throw new ScriptMissing("", { cause });
    });
    if (part !== undefined) return part;
    await renewStalled();
  }
  throw new ScriptMissing();
}

/** The same for what the page can't do without: when it can't be had, the page says so. */
export async function loadScript<Module>(importPart: () => Promise<Module>): Promise<Module> {
  return importWithin(importPart).catch((error: unknown) => {
    missing.report();
    throw error;
  });
}

/** Why a picture could not be prepared, as far as that is not the picture's own fault. */
export function nameFailure(error: unknown): ProblemCode {
  if (!navigator.onLine) return "offline";
  return error instanceof ScriptMissing ? "page_incomplete" : "picture_unreadable";
}

let isMissing = false;
const listeners = new Set<() => void>();

/** Whether a part that was needed has not come, and each change of that. */
export const missing = {
  read: () => isMissing,
  report() {
    isMissing = true;
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function silence(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, COMES_WITHIN_MS));
}

async function renewStalled(): Promise<void> {
  const stalled = [...document.scripts].filter((one) => one.src && !arrived.has(one));
  // Another element for the same address would wait for the silent one. This does not, and fills the cache.
  const fetched = stalled.map(({ src }) =>
    fetch(src, { cache: "reload" }).then((answer) => answer.text()),
  );
  await Promise.race([Promise.allSettled(fetched), silence()]);
  // The bundler's loader takes it for the end of a try, and makes another.
  for (const script of stalled) script.dispatchEvent(new Event("error"));
}
