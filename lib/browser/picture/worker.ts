import { ScriptMissing } from "../page/load-script";
import type { Order } from "./order";
import type { FetchPart } from "./painter";
import { openWorkbench } from "./workbench";

/** Whether it works, or waits for a script that may never come. */
export type Stage = { kind: "working" } | { kind: "fetching" };

const enter = (kind: Stage["kind"]) => postMessage({ kind } satisfies Stage);

const fetchPart: FetchPart = async (importPart) => {
  enter("fetching");
  const part = await importPart().catch((cause: unknown) => {
    throw new ScriptMissing("", { cause });
  });
  enter("working");
  return part;
};

const carryOut = openWorkbench(fetchPart);
addEventListener("message", async ({ data }: MessageEvent<Order>) => {
  postMessage(await carryOut(data));
});
enter("working");
