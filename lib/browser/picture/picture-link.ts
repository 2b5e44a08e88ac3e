import { parse } from "content-disposition";
import { type LeftOut, readLeftOut } from "@/lib/api/left-out";
import { nameFile } from "@/lib/picture/link";
import { shortenName } from "@/lib/picture/name";
import { type Problem, type ProblemCode, problem, problems } from "@/lib/problems";
import { ask as call, StrangeAnswer, toLineProblem } from "../http/ask";
import { fetchLarge } from "../http/fetch-large";

// The server fetches it first.
const FETCHED_SILENT_MS = 60_000;

type Found =
  | { kind: "found"; file: File; leftOut?: LeftOut }
  | { kind: "refused"; problem: Problem };

/** The picture at an address, through this server: the page itself may ask no other. Rejects when it is aborted. */
export async function fetchLinkedPicture(url: URL, signal: AbortSignal): Promise<Found> {
  try {
    const response = await ask(url, signal);
    if (!response.ok) return refuse(await readCode(response));
    const blob = await response.blob();
    const name = shortenName(readName(response) ?? nameFile(url));
    const file = new File([blob], name, { type: blob.type });
    return { kind: "found", file, leftOut: readLeftOut(response) };
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof StrangeAnswer) return refuse(toLineProblem(error).code);
    return refuse(navigator.onLine ? "picture_not_fetched" : "offline");
  }
}

function ask(url: URL, signal: AbortSignal): Promise<Response> {
  // What is here already needs no go-between.
  if (url.origin === location.origin) return fetchLarge(url.href, { signal });
  const init = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ url }),
    signal,
  };
  return call("/api/pictures", init, FETCHED_SILENT_MS, fetchLarge);
}

function readName({ headers }: Response): string | undefined {
  const { filename } = parse(headers.get("content-disposition") ?? "").parameters;
  return filename || undefined;
}

async function readCode(response: Response): Promise<ProblemCode> {
  const body = (await response.json().catch(() => undefined)) as
    | { error?: { code?: string } }
    | undefined;
  const code = body?.error?.code ?? "";
  // Without a session nothing is here, not even this way.
  if (code === "not_found" || !(code in problems)) return "picture_not_fetched";
  return code as ProblemCode;
}

function refuse(code: ProblemCode): Found {
  return { kind: "refused", problem: problem(code, { field: "image_url" }) };
}
