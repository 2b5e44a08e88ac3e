import "server-only";
import { callerOf } from "../http/public-origin";
import { consumePoint, type Rates } from "./rates";

const MEGABYTE = 1024 ** 2;

/** Counts the stored bytes of an upload for its owner, for its network and for all together. Throws `too_many_uploads`. */
export async function countUpload(
  services: { rates: Rates },
  request: Request,
  { owner, bytes }: { owner: string; bytes: number },
): Promise<void> {
  const megabytes = Math.max(1, Math.ceil(bytes / MEGABYTE));
  await consumePoint(services, "uploads", owner, megabytes);
  const caller = callerOf(request);
  if (caller) await consumePoint(services, "uploadsByAddress", caller, megabytes);
  // Opening the page without a cookie creates an owner, and not every caller has a network of its own.
  await consumePoint(services, "uploadsOfAll", "all", megabytes);
}
