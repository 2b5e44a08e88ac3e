import "server-only";
import type { IncomingMessage } from "node:http";
import { isThisMachine, networkOf } from "@/lib/net/addresses";
import { getEnv } from "../env";

/** Returns the network of a request; `undefined` for this machine, because it may run a proxy for all callers. */
export function senderOf({ headers, socket }: IncomingMessage): string | undefined {
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",");
  // Our own proxy added the last address. Anyone may have written those before it.
  const address = getEnv().TRUST_PROXY ? forwarded.split(",").at(-1)?.trim() : socket.remoteAddress;
  const network = address && networkOf(address);
  return network && !isThisMachine(network) ? network : undefined;
}
