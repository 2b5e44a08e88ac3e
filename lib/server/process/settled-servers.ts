import "server-only";
import type { Server } from "node:http";
import { oncePerProcess } from "./once-per-process";

/** The servers that need no guard: they have one already, or only this process calls them. */
export const settledServers = oncePerProcess("settled-servers", () => new WeakSet<Server>())();
