import type { Context } from "hono";
import type { SSEStreamingApi } from "hono/streaming";
import { toStatus } from "./answers.ts";
import type { Clock } from "./clock.ts";
import type { Queue } from "./queue.ts";

const KEEP_ALIVE_EVERY_MS = 15_000;

/** Sends the status whenever it changes, each time with the logs that were not sent yet. */
export async function followStatus(
  c: Context,
  stream: SSEStreamingApi,
  { id, queue, clock }: { id: string; queue: Queue; clock: Clock },
) {
  let wake = () => {};
  const unwatch = queue.watch(() => wake());
  stream.onAbort(() => wake());

  try {
    let sent = "";
    let sentLogs = 0;
    while (!stream.aborted && !queue.isClosed) {
      const snapshot = queue.find(id);
      if (!snapshot) return;
      const changed = new Promise<"changed">((resolve) => {
        wake = () => resolve("changed");
      });

      const status = toStatus(c, snapshot, []);
      const newLogs = snapshot.logs.slice(sentLogs);
      if (JSON.stringify(status) !== sent || (status.logs && newLogs.length > 0)) {
        sent = JSON.stringify(status);
        sentLogs = snapshot.logs.length;
        await stream.writeSSE({ data: JSON.stringify(toStatus(c, snapshot, newLogs)) });
      }
      if (status.status === "COMPLETED") return;

      const silent = Promise.withResolvers<"silent">();
      const callOff = clock.after(KEEP_ALIVE_EVERY_MS, () => silent.resolve("silent"));
      const reason = await Promise.race([changed, silent.promise]);
      callOff();
      if (reason === "silent") await stream.write(": keep-alive\n\n");
    }
  } finally {
    unwatch();
  }
}
