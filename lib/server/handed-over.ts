import "server-only";
import { readLink } from "@/lib/picture-link";
import { AppError } from "@/lib/problems";
import { readBody } from "./http";
import { MAX_FETCHED_BYTES } from "./pictures";

/** What another app hands over through the system's share sheet: a picture, or where one is. */
export type HandedOver =
  | { kind: "picture"; bytes: Uint8Array<ArrayBuffer>; type: string; name: string }
  | { kind: "link"; url: URL };

type Kept = { owner: string; handed: HandedOver };

const KEPT_MS = 10 * 60_000;
const MOST_BYTES = 4 * MAX_FETCHED_BYTES;
const MOST_KEPT = 200;
// The other fields, and what is around each of them.
const FORM_BYTES = 64 * 1024;

// In memory, so that nothing stays behind when it is not fetched. Each route is bundled apart: see `getServices`.
const shared = globalThis as { firstframeHandedOver?: Map<string, Kept> };
shared.firstframeHandedOver ??= new Map();
const kept = shared.firstframeHandedOver;

/** Reads the form of app/manifest.ts. Throws `bad_request` and `body_too_large`. */
export async function readHandedOver(request: Request): Promise<HandedOver> {
  const form = await readForm(request);
  const file = form.get("picture");
  if (file instanceof File && file.size > 0) return readPicture(file);
  // Some apps put the address into the text.
  const url = ["url", "text"].map((name) => readLink(String(form.get(name) ?? ""))).find(Boolean);
  if (!url) throw new AppError("bad_request");
  return { kind: "link", url };
}

/** Keeps it for ten minutes, or until there is too much; returns the name to ask for it by. */
export function keepHandedOver(owner: string, handed: HandedOver): string {
  const id = crypto.randomUUID();
  kept.set(id, { owner, handed });
  setTimeout(() => kept.delete(id), KEPT_MS).unref();
  for (const [oldest] of kept) {
    if (kept.size <= MOST_KEPT && countBytes() <= MOST_BYTES) break;
    kept.delete(oldest);
  }
  return id;
}

/** Gives it to its owner, once. */
export function takeHandedOver(owner: string, id: string): HandedOver | undefined {
  const found = kept.get(id);
  if (found?.owner !== owner) return undefined;
  kept.delete(id);
  return found.handed;
}

async function readForm(request: Request): Promise<FormData> {
  const body = await readBody(request, MAX_FETCHED_BYTES + FORM_BYTES);
  const type = request.headers.get("content-type") ?? "";
  try {
    return await new Response(new Uint8Array(body), {
      headers: { "content-type": type },
    }).formData();
  } catch (error) {
    throw new AppError("bad_request", { cause: error });
  }
}

async function readPicture(file: File): Promise<HandedOver> {
  const { name } = file;
  const type = file.type.toLowerCase();
  if (file.size > MAX_FETCHED_BYTES) throw new AppError("body_too_large");
  // A drawing may pass: the studio has the sentence that says what is wrong with it.
  if (!/^image\/[\w.+-]{1,40}$/.test(type)) throw new AppError("bad_request");
  return { kind: "picture", bytes: new Uint8Array(await file.arrayBuffer()), type, name };
}

function countBytes(): number {
  return [...kept.values()].reduce(
    (sum, { handed }) => sum + (handed.kind === "picture" ? handed.bytes.byteLength : 0),
    0,
  );
}
