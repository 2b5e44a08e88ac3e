import "server-only";

// Next bundles instrumentation and each route separately, so a variable of a module would exist once in each bundle.
const global = globalThis as { firstframe?: Map<string, unknown> };
global.firstframe ??= new Map();
const values = global.firstframe;

/** Returns a getter of one value for the whole process. The first call of any bundle makes the value. */
export function oncePerProcess<T>(name: string, make: () => T): () => T {
  return () => {
    if (!values.has(name)) values.set(name, make());
    return values.get(name) as T;
  };
}
