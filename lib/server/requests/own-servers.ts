import "server-only";
import type { Server } from "node:http";

// Next bundles instrumentation and each route apart, so a module's own variable would exist several times.
const shared = globalThis as { firstframeOwnServers?: WeakSet<Server> };
shared.firstframeOwnServers ??= new WeakSet();

/** Servers that need no guard: those that have one, and those that only this process itself calls. */
export const settledServers = shared.firstframeOwnServers;
