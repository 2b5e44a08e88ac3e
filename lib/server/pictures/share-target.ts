import "server-only";
import { readLink } from "@/lib/picture/link";
import { AppError } from "@/lib/problems";
import { type FormFile, readForm } from "../http/form";
import { oncePerProcess } from "../process/once-per-process";
import { MAX_FETCHED_BYTES } from "./fetch-picture";

/** What another app sends to this share target: a picture, or the address of one. */
export type ShareTargetInput =
  | { kind: "picture"; bytes: Uint8Array<ArrayBuffer>; type: string; name: string }
  | { kind: "link"; url: URL };

type Kept = { owner: string; handed: ShareTargetInput };

const KEPT_MS = 10 * 60_000;
const MOST_BYTES = 4 * MAX_FETCHED_BYTES;
const MOST_KEPT = 200;

// In memory, so that nothing stays behind when it is not fetched.
const kept = oncePerProcess("share-target", () => new Map<string, Kept>())();

/** Reads the form of app/manifest.ts. Throws `bad_request` and `body_too_large`. */
export async function readShareTarget(request: Request): Promise<ShareTargetInput> {
  const { file, fields } = await readForm(request, {
    fileField: "picture",
    textFields: ["url", "text", "title"],
    maxFileBytes: MAX_FETCHED_BYTES,
  });
  if (file && file.bytes.length > 0) return readPicture(file);
  // Some apps put the address into the text.
  const url = ["url", "text"].map((name) => readLink(fields.get(name) ?? "")).find(Boolean);
  if (!url) throw new AppError("bad_request");
  return { kind: "link", url };
}

/** Stores the input for ten minutes, or until newer inputs need the room. Returns the id to consume it with. */
export function storeShareTarget(owner: string, handed: ShareTargetInput): string {
  const id = crypto.randomUUID();
  kept.set(id, { owner, handed });
  setTimeout(() => kept.delete(id), KEPT_MS).unref();
  for (const [oldest] of kept) {
    if (kept.size <= MOST_KEPT && countBytes() <= MOST_BYTES) break;
    kept.delete(oldest);
  }
  return id;
}

/** Returns the input to its owner, once. */
export function consumeShareTarget(owner: string, id: string): ShareTargetInput | undefined {
  const found = kept.get(id);
  if (found?.owner !== owner) return undefined;
  kept.delete(id);
  return found.handed;
}

function readPicture({ bytes, name, type: stated }: FormFile): ShareTargetInput {
  const type = stated.toLowerCase();
  // A drawing may pass: the studio has the sentence that says what is wrong with it.
  if (!/^image\/[\w.+-]{1,40}$/.test(type)) throw new AppError("bad_request");
  return { kind: "picture", bytes, type, name };
}

function countBytes(): number {
  return [...kept.values()].reduce(
    (sum, { handed }) => sum + (handed.kind === "picture" ? handed.bytes.byteLength : 0),
    0,
  );
}
