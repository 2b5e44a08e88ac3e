import type { Size } from "@/lib/generation";
import type { ProblemCode } from "@/lib/problems";
import { ScriptMissing } from "../page/load-script";
import type { FetchPart } from "./decode";
import type { Area } from "./fit";
import { type Opened, openPicture, type Picture, toPicture, toPreview } from "./prepare";
import { Refusal } from "./refusal";

/** A file to open, then the part of it to send, if it came back with a preview to choose from. */
export type Order = { file: File } | { part: Area };

export type Report =
  | { kind: "ready"; picture: Picture }
  | { kind: "too-long"; preview: Blob; size: Size }
  | { kind: "refused"; code: ProblemCode; size?: Size }
  /** A script that it needs did not come. */
  | { kind: "missing" }
  | { kind: "failed"; message: string };

/** Carries out orders on one picture, which it keeps open. */
export function openWorkbench(fetchPart: FetchPart): (order: Order) => Promise<Report> {
  let opened: Opened | undefined;

  const carryOut = async (order: Order): Promise<Report> => {
    if ("file" in order) opened = await openPicture(order.file, fetchPart);
    if (!opened) throw new Error("no picture is open");
    const part = "part" in order ? order.part : undefined;
    const preview = part ? undefined : await toPreview(opened);
    if (preview) return { kind: "too-long", preview, size: opened.size };
    return { kind: "ready", picture: await toPicture(opened, part) };
  };
  return (order) => carryOut(order).catch(toReport);
}

function toReport(error: unknown): Report {
  if (error instanceof Refusal) return { kind: "refused", code: error.code, size: error.size };
  if (error instanceof ScriptMissing) return { kind: "missing" };
  return { kind: "failed", message: String(error) };
}
