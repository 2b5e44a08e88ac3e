import type { ProblemCode } from "@/lib/problems";

/** A part of the page's script did not load. */
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
 * Imports a lazy part of the page. If its connection goes silent, it is fetched again on a new one. Throws `ScriptMissing` if
 * it cannot be loaded.
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

/** As `importWithin`, for a part that the page needs: if it cannot be loaded, the page says so. */
export async function loadScript<Module>(importPart: () => Promise<Module>): Promise<Module> {
  return importWithin(importPart).catch((error: unknown) => {
    missing.report();
    throw error;
  });
}

/** Says why a picture could not be prepared: the connection, a missing script, or the picture itself. */
export function nameFailure(error: unknown): ProblemCode {
  if (!navigator.onLine) return "offline";
  return error instanceof ScriptMissing ? "page_incomplete" : "picture_unreadable";
}

let isMissing = false;
const listeners = new Set<() => void>();

/** A store: whether a part that the page needs could not be loaded. */
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
  // Another script element would wait for the silent connection. This request does not, and it fills the cache.
  const fetched = stalled.map(({ src }) =>
    fetch(src, { cache: "reload" }).then((answer) => answer.text()),
  );
  await Promise.race([Promise.allSettled(fetched), silence()]);
  // The bundler's loader considers this the end of its attempt and makes another.
  for (const script of stalled) script.dispatchEvent(new Event("error"));
}
