import type { Size } from "@/lib/generation";
import { type Problem, problem } from "@/lib/problems";
import { fetchWhole } from "./ask";
import type { Area } from "./picture/fit";
import type { Picture } from "./picture/prepare";
import type { Order, Report } from "./picture/worker";

export type Preparation =
  | { kind: "ready"; picture: Picture }
  /** Too wide or too tall: the visitor chooses a part. */
  | { kind: "too-long"; preview: Blob; size: Size; crop: (part: Area) => Promise<Preparation> }
  /** `isShowable` when it may be shown all the same. */
  | { kind: "refused"; problem: Problem; size?: Size; isShowable?: boolean };

/** Makes a file fit the model, in a thread of its own, before it costs anything. Rejects when it is aborted. */
export async function preparePicture(file: File, signal: AbortSignal): Promise<Preparation> {
  const worker = new Worker(new URL("./picture/worker.ts", import.meta.url), { type: "module" });
  signal.addEventListener("abort", () => worker.terminate());

  const send = async (order: Order): Promise<Preparation> => {
    const report = await ask(worker, order, signal);
    // The worker holds the picture open for as long as there is something to choose.
    if (report.kind === "too-long") return { ...report, crop: (part) => send({ part }) };
    worker.terminate();
    if (report.kind === "failed") throw new Error(report.message);
    return report.kind === "ready" ? report : refuse(report);
  };
  return send({ file });
}

function ask(worker: Worker, order: Order, signal: AbortSignal): Promise<Report> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Report>) => resolve(data);
    // Its script could not be loaded.
    worker.onerror = (event) => reject(new Error(event.message));
    signal.addEventListener("abort", () => reject(signal.reason));
    worker.postMessage(order);
  });
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
  const response = await fetchWhole(url);
  if (!response.ok) throw new Error(`the picture answered ${response.status}`);
  return new File([await response.blob()], "picture.jpg", { type: "image/jpeg" });
}
