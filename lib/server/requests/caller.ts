import "server-only";
import type { IncomingMessage } from "node:http";
import { networkOf } from "@/lib/net/network-of";
import { isPublicAddress } from "@/lib/net/public-address";
import { getEnv } from "../env";
import { getLog } from "../log";
import { setHeader } from "./set-header";

/** Under this name a route finds the network that a request comes from. Nobody else can set it. */
export const CALLER = "x-firstframe-caller";

/** Notes which network a request comes from, where that tells callers apart; whatever a client says of it is dropped. */
export function nameCaller(request: IncomingMessage): void {
  setHeader(request, CALLER, findNetwork(request) ?? "");
}

function findNetwork({ headers, socket }: IncomingMessage): string | undefined {
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",");
  // The last is what our own proxy saw; those before it anyone may have written.
  if (getEnv().TRUST_PROXY) return toNetwork(forwarded.split(",").at(-1)?.trim());
  if (forwarded) warnOfProxy();
  const network = toNetwork(socket.remoteAddress);
  // A private address may be a proxy that everybody comes through.
  return network && isPublicAddress(network.replace(/\/64$/, "")) ? network : undefined;
}

function toNetwork(address: string | undefined): string | undefined {
  const network = address && networkOf(address);
  return network && !/^(127\.|0:0:0:0::)/.test(network) ? network : undefined;
}

let isWarned = false;

function warnOfProxy(): void {
  if (isWarned) return;
  isWarned = true;
  getLog().warn(
    "requests come with X-Forwarded-For, and TRUST_PROXY is not set: if a proxy stands in front, callers can't be told apart",
  );
}
