import "server-only";
import { callerOf } from "../http/public-origin";
import { consumePoint, type Rates } from "./rates";

/** Counts a call that costs work upstream or here, for its owner and for its network. Throws `too_fast`. */
export async function countCall(
  services: { rates: Rates },
  request: Request,
  owner: string,
): Promise<void> {
  await consumePoint(services, "calls", owner);
  const caller = callerOf(request);
  if (caller) await consumePoint(services, "callsByAddress", caller);
}
