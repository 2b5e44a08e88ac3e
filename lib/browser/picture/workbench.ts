import type { Area } from "@/lib/picture/fit";
import { type Opened, openPicture, toPicture, toPreview, type Wish } from "@/lib/picture/prepare";
import { Refusal } from "@/lib/picture/refusal";
import { ScriptMissing } from "../page/load-script";
import { CanvasLies } from "./canvas-truth";
import type { Order, Report } from "./order";
import { BeyondBrowser, type Decoded, type FetchPart, openCanvasPainter } from "./painter";

type Work = { file: File; wish: Wish; opened: Opened<Decoded> | undefined };

/**
 * Carries out orders on one picture, which it keeps open. What this browser can't do, or would not give back as it was
 * drawn, the server does.
 */
export function openWorkbench(fetchPart: FetchPart): (order: Order) => Promise<Report> {
  const painter = openCanvasPainter(fetchPart);
  let work: Work | undefined;

  const carryOut = async (order: Order): Promise<Report> => {
    if ("file" in order) work = { ...order, opened: undefined };
    if (!work) throw new Error("no picture is open");
    const part = "part" in order ? order.part : undefined;
    try {
      if ("file" in order) work.opened = await openPicture(order.file, painter);
      if (work.opened) return await draw(work.opened, work.wish, part);
    } catch (error) {
      if (!(error instanceof CanvasLies || error instanceof BeyondBrowser)) throw error;
      work.opened = undefined;
    }
    const { askServer } = await fetchPart(() => import("./ask-server"));
    return askServer(work.file, work.wish, part);
  };
  return (order) => carryOut(order).catch(toReport);
}

async function draw(opened: Opened<Decoded>, wish: Wish, part: Area | undefined): Promise<Report> {
  const preview = part ? undefined : await toPreview(opened, wish);
  if (preview) return { kind: "too-long", preview, size: opened.size };
  return { kind: "ready", picture: await toPicture(opened, wish, part) };
}

function toReport(error: unknown): Report {
  if (error instanceof Refusal) return { kind: "refused", code: error.code, size: error.size };
  if (error instanceof ScriptMissing) return { kind: "missing" };
  return { kind: "failed", message: String(error) };
}
