import "server-only";
import type { Server } from "node:http";
import { oncePerProcess } from "./once-per-process";

/** Servers that need no guard: those that have one, and those that only this process itself calls. */
export const settledServers = oncePerProcess("settled-servers", () => new WeakSet<Server>())();
