import type { LeftOut } from "@/lib/api/left-out";
import { HEAD_BYTES, readFormat } from "@/lib/picture/format";
import { shortenName } from "@/lib/picture/name";
import type { Note } from "@/lib/picture/note";
import { nameUnreadable } from "@/lib/picture/unreadable";
import { type Problem, type ProblemCode, problem } from "@/lib/problems";
import { listFiles } from "./folder";
import type { Folder } from "./intake";
import type { Given } from "./read-intake";

export type Found = { kind: "found"; file: File; notes?: readonly Note[] };
export type NotFound = { kind: "refused"; problem: Problem };

/** A picture that has yet to be found, and what to call it until then. */
export type Search = { name: string; find: (signal: AbortSignal) => Promise<Found | NotFound> };

export type Linked = { kind: "found"; file: File; leftOut?: LeftOut } | NotFound;

export type SearchDeps = {
  fetchLink(url: URL, signal: AbortSignal): Promise<Linked>;
  /** Several names as one text. `count` may be more than there are names. */
  joinNames(names: readonly string[], count: number): string;
};

type Source = Exclude<Given, { kind: "field" } | { kind: "nothing" }>;

export function openSearch(source: Source, deps: SearchDeps): Search {
  if (source.kind === "addresses") {
    const { urls } = source;
    return { name: urls[0].host, find: (signal) => findAtAddresses(urls, signal, deps) };
  }
  const { files, folders } = source;
  const name = shortenName((files[0] ?? folders[0])?.name ?? "");
  return {
    name,
    find: () => (files.length > 0 ? findAmong(files, folders, deps) : findInFolders(folders, deps)),
  };
}

/** The problems after which another address may still have the picture. */
const onlyOfAddress: readonly ProblemCode[] = [
  "picture_not_fetched",
  "picture_address_refused",
  "picture_is_drawing",
];

async function findAtAddresses(
  urls: readonly [URL, ...URL[]],
  signal: AbortSignal,
  { fetchLink, joinNames }: SearchDeps,
): Promise<Found | NotFound> {
  const [url, ...others] = urls;
  let linked = await fetchLink(url, signal);
  const first = linked;
  for (const other of others) {
    if (linked.kind === "found" || !onlyOfAddress.includes(linked.problem.code)) break;
    linked = await fetchLink(other, signal);
  }
  // What is wrong with the picture itself says more than what is wrong with its page.
  if (linked.kind === "refused") return first;
  const { file, leftOut } = linked;
  const notes = leftOut && [
    { code: "leftOut", values: { names: joinNames(leftOut.names, leftOut.count) } } as const,
  ];
  return { kind: "found", file, notes };
}

// To look into each of a thousand files would take long, and the picture that is meant stands among the first.
const MOST_LOOKED_AT = 100;

async function findAmong(
  files: readonly File[],
  folders: readonly Folder[],
  deps: SearchDeps,
): Promise<Found | NotFound> {
  const looked = await Promise.all(files.slice(0, MOST_LOOKED_AT).map(look));
  const chosen = looked.find(({ kind }) => kind === "picture") ?? looked[0];
  if (!chosen) return refuse("picture_not_given");
  const isAlone = files.length === 1 && folders.length === 0;
  if (chosen.kind === "unreadable") {
    const detail = isAlone ? undefined : namesOf(files, deps);
    return refuse(chosen.code, detail);
  }
  if (chosen.kind === "other" && !isAlone) {
    return refuse("picture_unreadable", namesOf([...files, ...folders], deps));
  }
  const others = looked.filter((one) => one !== chosen);
  const ofKind = (kind: Looked["kind"]) =>
    others.filter((one) => one.kind === kind).map(({ file }) => file);
  const notes = [
    ...note("leftOut", [...ofKind("picture"), ...files.slice(MOST_LOOKED_AT)], deps),
    ...note("noPictures", ofKind("other"), deps),
    ...note("notRead", ofKind("unreadable"), deps),
    ...note("notOpened", folders, deps),
  ];
  return { kind: "found", file: chosen.file, notes };
}

async function findInFolders(
  folders: readonly Folder[],
  deps: SearchDeps,
): Promise<Found | NotFound> {
  let isEmpty = true;
  for (const [index, folder] of folders.entries()) {
    const entries = await listFiles(folder).catch(() => undefined);
    if (!entries) return refuse("picture_gone", folder.name);
    if (entries.length > 0) isEmpty = false;
    const found = await findFirst(entries);
    if (!found) continue;
    const others = folders.filter((_, at) => at !== index);
    const notes = [...note("fromFolder", [folder], deps), ...note("notOpened", others, deps)];
    return { kind: "found", file: found, notes };
  }
  return refuse(isEmpty ? "folder_empty" : "folder_without_picture", namesOf(folders, deps));
}

const pictureEnding = /\.(jpe?g|png|webp|hei[cf]|avif|gif|bmp)$/i;

async function findFirst(entries: readonly FileSystemFileEntry[]): Promise<File | undefined> {
  const likely = entries.filter(({ name }) => pictureEnding.test(name));
  const unlikely = entries.filter(({ name }) => !pictureEnding.test(name));
  for (const entry of [...likely, ...unlikely].slice(0, MOST_LOOKED_AT)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject)).catch(
      // It went away since the folder was listed.
      () => undefined,
    );
    if (file && (await look(file)).kind === "picture") return file;
  }
}

type Looked =
  | { kind: "picture" | "other"; file: File }
  | { kind: "unreadable"; file: File; code: ProblemCode };

/** By its first bytes, and as a video by its name: the drop zone takes the first frame of one. */
async function look(file: File): Promise<Looked> {
  try {
    // A file that is gone has no size, and a slice of nothing can be read.
    const start = file.size === 0 ? file : file.slice(0, HEAD_BYTES);
    const head = new Uint8Array(await start.arrayBuffer());
    const isUsable = readFormat(head) !== undefined || isVideo(file);
    return { kind: isUsable ? "picture" : "other", file };
  } catch (error) {
    return { kind: "unreadable", file, code: nameUnreadable(error) };
  }
}

function isVideo({ type, name }: File): boolean {
  return type.startsWith("video/") || /\.(mp4|m4v|mov)$/i.test(name);
}

function note(
  code: "leftOut" | "noPictures" | "notRead" | "notOpened" | "fromFolder",
  files: readonly { name: string }[],
  deps: SearchDeps,
): Note[] {
  return files.length > 0 ? [{ code, values: { names: namesOf(files, deps) } }] : [];
}

const MOST_NAMED = 3;

function namesOf(files: readonly { name: string }[], { joinNames }: SearchDeps): string {
  const named = files.length === MOST_NAMED + 1 ? files : files.slice(0, MOST_NAMED);
  return joinNames(
    named.map(({ name }) => shortenName(name)),
    files.length,
  );
}

function refuse(code: ProblemCode, detail?: string): NotFound {
  return { kind: "refused", problem: { ...problem(code, { field: "image_url" }), detail } };
}
