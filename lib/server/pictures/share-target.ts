import "server-only";
import { HEAD_BYTES } from "@/lib/picture/format";
import { findLink } from "@/lib/picture/link";
import type { ProblemCode } from "@/lib/problems";
import { type FormFile, readForm } from "../http/form";
import { oncePerProcess } from "../process/once-per-process";
import { MAX_FETCHED_BYTES, pictureTypeOf } from "./fetch-picture";

/** What another app sends to this share target: a picture, the address of one, or nothing usable. */
export type ShareTargetInput =
  | SharedPicture
  | { kind: "link"; url: URL }
  | { kind: "nothing"; code: ProblemCode };

type SharedPicture = {
  kind: "picture";
  bytes: Uint8Array<ArrayBuffer>;
  type: string;
  name: string;
  /** The names of the other files that came along, because only one picture is used. */
  leftOut: readonly string[];
};

type Stored = { owner: string; handed: ShareTargetInput };

const STORED_MS = 10 * 60_000;
const MOST_BYTES = 4 * MAX_FETCHED_BYTES;
const MOST_STORED = 200;

// Inputs are in memory only, so that nothing is left behind if the browser never fetches them.
const stored = oncePerProcess("share-target", () => new Map<string, Stored>())();

/** Reads the form of app/manifest.ts. Throws `bad_request` and `body_too_large`. */
export async function readShareTarget(request: Request): Promise<ShareTargetInput> {
  const { file, leftOut, fields } = await readForm(request, {
    fileField: "picture",
    textFields: ["url", "text", "title"],
    maxFileBytes: MAX_FETCHED_BYTES,
  });
  if (file && file.bytes.length > 0) return readPicture(file, leftOut);
  // Some apps put the address into the text, among other words.
  const texts = ["url", "text", "title"].map((name) => fields.get(name) ?? "");
  const url = texts.map((text) => findLink(text)).find(Boolean);
  if (url) return { kind: "link", url };
  if (file) return { kind: "nothing", code: "picture_empty" };
  const hasWords = texts.some((text) => text.trim() !== "");
  return { kind: "nothing", code: hasWords ? "picture_is_text" : "picture_not_given" };
}

/** Stores the input for ten minutes, or until newer inputs need the room. Returns the id to consume it with. */
export function storeShareTarget(owner: string, handed: ShareTargetInput): string {
  const id = crypto.randomUUID();
  stored.set(id, { owner, handed });
  setTimeout(() => stored.delete(id), STORED_MS).unref();
  for (const [oldest] of stored) {
    if (stored.size <= MOST_STORED && countBytes() <= MOST_BYTES) break;
    stored.delete(oldest);
  }
  return id;
}

/** Returns the input to its owner, once. */
export function consumeShareTarget(owner: string, id: string): ShareTargetInput | undefined {
  const found = stored.get(id);
  if (found?.owner !== owner) return undefined;
  stored.delete(id);
  return found.handed;
}

function readPicture({ bytes, name, type: stated }: FormFile, leftOut: string[]): ShareTargetInput {
  const named = stated.toLowerCase();
  // Many phones send a HEIC without a type, or with the general one for bytes.
  const isNamed = /^image\/[\w.+-]{1,40}$/.test(named);
  // A drawing may pass, because the studio says what is wrong with it.
  const type = isNamed ? named : pictureTypeOf(bytes.subarray(0, HEAD_BYTES));
  if (!type) return { kind: "nothing", code: "picture_unreadable" };
  return { kind: "picture", bytes, type, name, leftOut };
}

function countBytes(): number {
  return [...stored.values()].reduce(
    (sum, { handed }) => sum + (handed.kind === "picture" ? handed.bytes.byteLength : 0),
    0,
  );
}
