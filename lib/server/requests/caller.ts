import "server-only";
import type { IncomingMessage } from "node:http";
import { isPublicAddress } from "@/lib/net/addresses";
import { getEnv } from "../env";
import { CALLER } from "../http/own-headers";
import { getLog } from "../log";
import { senderOf } from "./sender";
import { setHeader } from "./set-header";

/** Sets the header with the caller's network if that distinguishes callers. Drops the header that a client sent. */
export function nameCaller(request: IncomingMessage): void {
  setHeader(request, CALLER, findNetwork(request) ?? "");
}

function findNetwork(request: IncomingMessage): string | undefined {
  const network = senderOf(request);
  if (getEnv().TRUST_PROXY) return network;
  if (request.headers["x-forwarded-for"]) warnOfProxy();
  // A private address may be a proxy that all callers use.
  return network && isPublicAddress(network.replace(/\/64$/, "")) ? network : undefined;
}

let isWarned = false;

function warnOfProxy(): void {
  if (isWarned) return;
  isWarned = true;
  getLog().warn(
    "requests come with X-Forwarded-For, and TRUST_PROXY is not set: if a proxy stands in front, callers can't be told apart",
  );
}
