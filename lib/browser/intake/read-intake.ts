import { findLink, readLink } from "@/lib/picture/link";
import type { ProblemCode } from "@/lib/problems";
import { isDataPicture, readDataUrl } from "./data-url";
import { findPictures, hasWords } from "./html-pictures";
import type { Folder, Intake } from "./intake";

/** What a drop or a paste is. */
export type Given =
  | { kind: "files"; files: readonly File[]; folders: readonly Folder[] }
  /** Where a picture may be: each address is tried until one has it. */
  | { kind: "addresses"; urls: readonly [URL, ...URL[]] }
  /** It belongs to the field that it came into, as any text does. */
  | { kind: "field" }
  | { kind: "nothing"; code: ProblemCode };

const MOST_ADDRESSES = 4;
// What is shorter stands in for a picture that its page has yet to load.
const PLACEHOLDER_LETTERS = 1000;

/** `isInField`: the caret or the pointer is where text can go. */
export function readIntake(intake: Intake, isInField = false): Given {
  const pictures = findPictures(intake.html);
  if (isInField && isForField(intake, pictures)) return { kind: "field" };
  const { files, folders } = intake;
  if (files.length + folders.length > 0) return { kind: "files", files, folders };
  return readAddresses(intake, pictures);
}

/** Words go where they are pasted, even when a program adds a bitmap of them, as Word and Excel do. */
function isForField(intake: Intake, pictures: readonly string[]): boolean {
  const { files, folders, text } = intake;
  if (isDataPicture(text)) return false;
  if (isBlank(text)) return files.length + folders.length + pictures.length === 0;
  return !isNamesOf(text, [...files, ...folders]) && !isAddressOfPicture(intake, pictures);
}

function readAddresses(intake: Intake, pictures: readonly string[]): Given {
  const { addresses: list, text, html } = intake;
  const addresses = [...pictures, ...linesOf(list), ...textAddresses(text)];
  const embedded = addresses.filter(isDataPicture);
  const whole = embedded.find(({ length }) => length >= PLACEHOLDER_LETTERS);
  if (whole) return readEmbedded(whole);
  const hrefs = new Set(addresses.flatMap((address) => toWebAddress(address)?.href ?? []));
  const [first, ...others] = [...hrefs].slice(0, MOST_ADDRESSES).map((href) => new URL(href));
  if (first) return { kind: "addresses", urls: [first, ...others] };
  if (embedded[0]) return readEmbedded(embedded[0]);
  // A file of that computer, or something that only its page can read.
  if (addresses.some((address) => /^[a-z][\w+.-]+:/i.test(address)))
    return { kind: "nothing", code: "picture_address_refused" };
  const isText = !isBlank(text) || hasWords(html);
  return { kind: "nothing", code: isText ? "picture_is_text" : "picture_not_given" };
}

function textAddresses(text: string): string[] {
  if (isDataPicture(text) || /^\s*(file|blob):\S+\s*$/i.test(text.slice(0, 5000)))
    return [text.trim()];
  const link = findLink(text);
  return link ? [link.href] : [];
}

function readEmbedded(address: string): Given {
  const read = readDataUrl(address.trim());
  if (typeof read === "string") return { kind: "nothing", code: read };
  return { kind: "files", files: [read], folders: [] };
}

function toWebAddress(address: string): URL | undefined {
  return readLink(address.startsWith("//") ? `https:${address}` : address);
}

function linesOf(list: string): string[] {
  const lines = list.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}

// A picture that stands among words leaves a mark there.
function isBlank(text: string): boolean {
  return text.replaceAll("\ufffc", "").trim() === "";
}

/** Whether the text only says what the files are called, as file managers write it beside the files themselves. */
function isNamesOf(text: string, files: readonly { name: string }[]): boolean {
  const names = new Set(files.map(({ name }) => name));
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  return lines.every((line) => line === "" || names.has(lastPart(line)));
}

function lastPart(path: string): string {
  const last = path.split(/[/\\]/).at(-1) ?? "";
  try {
    return path.startsWith("file:") ? decodeURIComponent(last) : last;
  } catch {
    return last;
  }
}

/** Whether the text only says where the picture beside it came from. */
function isAddressOfPicture(
  { files, addresses, text }: Intake,
  pictures: readonly string[],
): boolean {
  const href = readLink(text)?.href;
  if (!href || /\s/.test(text.trim())) return false;
  const named = [...pictures, ...(files.length > 0 ? linesOf(addresses) : [])];
  return named.some((address) => toWebAddress(address)?.href === href);
}
