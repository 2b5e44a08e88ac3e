import type { Size } from "@/lib/generation";
import type { Area } from "@/lib/picture/fit";
import type { Prepared, Wish } from "@/lib/picture/prepare";
import { type Problem, problem } from "@/lib/problems";
import { fetchLarge } from "../http/fetch-large";
import { importWithin, ScriptMissing } from "../page/load-script";
import type { Order, Report } from "./order";
import type { Stage } from "./worker";

/** `thumbnail` is a data URL, which holds over a reload and which nobody has to let go of. */
export type Picture = Omit<Prepared, "thumbnail"> & { thumbnail: string };

export type Preparation =
  | { kind: "ready"; picture: Picture }
  /** Too wide or too tall: the visitor chooses a part. */
  | { kind: "too-long"; preview: Blob; size: Size; crop: (part: Area) => Promise<Preparation> }
  /** `isShowable` when it may be shown all the same. */
  | { kind: "refused"; problem: Problem; size?: Size; isShowable?: boolean };

/** Larger than any model here needs, and on white. */
const usualWish: Wish = { longSide: 4096, background: "ffffff" };

const COMES_WITHIN_MS = 20_000;
// The decoder of HEIC is 0.7 MB.
const FETCHED_WITHIN_MS = 90_000;

type Workbench = { carryOut: (order: Order) => Promise<Report>; leave: () => void };

/**
 * Makes a file fit the model before it costs anything: in a thread of its own, and where the script of that does not
 * come, in the page's. Rejects when it is aborted, and with `ScriptMissing`.
 */
export async function preparePicture(
  file: File,
  signal: AbortSignal,
  wish: Partial<Wish> = {},
): Promise<Preparation> {
  const order = { file, wish: { ...usualWish, ...wish } };
  try {
    return await prepareAt(openThread(signal), order);
  } catch (error) {
    if (!(error instanceof ScriptMissing)) throw error;
    signal.throwIfAborted();
    const { openWorkbench } = await importWithin(() => import("./workbench"));
    return prepareAt({ carryOut: openWorkbench(importWithin), leave: () => {} }, order);
  }
}

async function prepareAt({ carryOut, leave }: Workbench, first: Order): Promise<Preparation> {
  const send = async (order: Order): Promise<Preparation> => {
    const report = await carryOut(order);
    // The picture is held open for as long as there is something to choose.
    if (report.kind === "too-long") return { ...report, crop: (part) => send({ part }) };
    leave();
    if (report.kind === "missing") throw new ScriptMissing();
    if (report.kind === "failed") throw new Error(report.message);
    if (report.kind === "refused") return refuse(report);
    const { picture } = report;
    return {
      kind: "ready",
      picture: { ...picture, thumbnail: await toDataUrl(picture.thumbnail) },
    };
  };
  return send(first);
}

async function toDataUrl(blob: Blob): Promise<string> {
  const reader = new FileReader();
  return new Promise((resolve, reject) => {
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

function openThread(signal: AbortSignal): Workbench {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const leave = () => worker.terminate();
  signal.addEventListener("abort", leave);
  return { carryOut: (order) => ask(worker, order, signal), leave };
}

function ask(worker: Worker, order: Order, signal: AbortSignal): Promise<Report> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const report = new Promise<Report>((resolve, reject) => {
    const expectWithin = (milliseconds: number) => {
      timer = setTimeout(() => {
        worker.terminate();
        reject(new ScriptMissing());
      }, milliseconds);
    };
    worker.onmessage = ({ data }: MessageEvent<Report | Stage>) => {
      clearTimeout(timer);
      if (data.kind === "fetching") expectWithin(FETCHED_WITHIN_MS);
      else if (data.kind !== "working") resolve(data);
    };
    // Its script could not be loaded.
    worker.onerror = (event) => reject(new Error(event.message));
    signal.addEventListener("abort", () => reject(signal.reason));
    // A part is chosen of a picture that is open: by then the script is there.
    if ("file" in order) expectWithin(COMES_WITHIN_MS);
    worker.postMessage(order);
  });
  return report.finally(() => clearTimeout(timer));
}

function refuse({ code, size }: Extract<Report, { kind: "refused" }>): Preparation {
  return {
    kind: "refused",
    problem: problem(code, { field: "image_url" }),
    size,
    // To show one of these would be to decode it.
    isShowable: code !== "picture_too_many_pixels",
  };
}

/** A picture that is kept on this server, as if it had been dropped. */
export async function fetchPicture(url: string): Promise<File> {
  const response = await fetchLarge(url);
  if (!response.ok) throw new Error(`the picture answered ${response.status}`);
  return new File([await response.blob()], "picture.jpg", { type: "image/jpeg" });
}
