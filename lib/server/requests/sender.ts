import "server-only";
import type { IncomingMessage } from "node:http";
import { isThisMachine, networkOf } from "@/lib/net/addresses";
import { getEnv } from "../env";

/** The network that a request comes from; `undefined` for this machine, where a proxy may be that everybody comes through. */
export function senderOf({ headers, socket }: IncomingMessage): string | undefined {
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",");
  // The last is what our own proxy saw; those before it anyone may have written.
  const address = getEnv().TRUST_PROXY ? forwarded.split(",").at(-1)?.trim() : socket.remoteAddress;
  const network = address && networkOf(address);
  return network && !isThisMachine(network) ? network : undefined;
}
