import type { UpstreamKind } from "@/lib/api/upstream-kind";
import type { Draft, DraftWords } from "./draft";
import type { Restored } from "./lazy-parts";
import type { DraftPicture, Upload } from "./slot-state";
import { isUploadFresh } from "./upload-age";

/** What a reload brings back. The file is kept apart: it is large, and written once. */
export type KeptDraft = DraftWords & {
  picture?: Omit<DraftPicture, "upload"> & { uploaded?: KeptUpload };
};

/** `upstream`: an address at one is of no use to another. */
export type KeptUpload = { url: string; at: number; upstream: UpstreamKind };

type Kept = { draft: KeptDraft; file?: File };

/** What is written down of a draft. */
export function toKept(draft: Draft, upstream: UpstreamKind): KeptDraft {
  const { prompt, optimizePrompt, choice, first } = draft;
  if (!first.picture) return { prompt, optimizePrompt, choice };
  const { upload, ...picture } = first.picture;
  const uploaded =
    upload.status === "done" ? { url: upload.url, at: upload.at, upstream } : undefined;
  return { prompt, optimizePrompt, choice, picture: { ...picture, uploaded } };
}

type RestoreOptions = {
  upstream: UpstreamKind;
  /** In milliseconds by the server's clock. */
  now: number;
  createUrl: (file: Blob) => string;
};

/** A kept draft as it is shown again. */
export function toRestored(
  { draft: { picture, ...words }, file }: Kept,
  { upstream, now, createUrl }: RestoreOptions,
): Restored {
  if (!picture) return { draft: words };
  const { uploaded, ...kept } = picture;
  const isFresh =
    uploaded?.upstream === upstream && isUploadFresh(uploaded.at, now, file !== undefined);
  // Without bytes and without an address that holds, the words alone are back.
  if (!file && (!isFresh || kept.preview.url?.startsWith("blob:"))) return { draft: words };
  // An earlier version kept sentences.
  const notes = kept.notes.filter((note) => typeof note === "object");
  const preview = file ? { ...kept.preview, url: createUrl(file) } : kept.preview;
  const upload: Upload =
    isFresh && uploaded
      ? { status: "done", url: uploaded.url, at: uploaded.at }
      : { status: "sending", fraction: 0 };
  const restored = { ...kept, notes, isCropped: false, preview, upload };
  return { draft: { ...words, picture: restored }, file };
}

const STORE = "draft";
// One that is being composed in another tab is not this tab's to remove.
const tab = `${Date.now()}-${Math.random()}`;
const ANSWERS_WITHIN_MS = 2000;

let database: Promise<IDBDatabase> | undefined;
let lastFile: File | undefined;
let last: Promise<unknown> = Promise.resolve();

/** `undefined` when there is nothing, or this browser keeps nothing. */
export function readKeptDraft(): Promise<Kept | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, ANSWERS_WITHIN_MS));
  return Promise.race([read(), late]).catch(() => undefined);
}

/** Never throws: a draft that can't be kept is a draft all the same. */
export function keepDraft(draft: KeptDraft, file: File | undefined): void {
  enqueue(async () => {
    const isNewFile = file !== lastFile;
    await change((store) => {
      store.put({ draft, tab }, "words");
      if (isNewFile && !file) store.delete("file");
    });
    if (!isNewFile) return;
    lastFile = file;
    // By itself: when there is no room for the picture, the words are kept all the same.
    if (!file) return;
    const kept = await toKeptFile(file);
    await change((store) => store.put({ file: kept, url: draft.picture?.preview.url }, "file"));
  });
}

/** The picture that the draft's video is to end on: kept until it is taken away, or the draft is. */
export function keepEndPicture(file: File | undefined): void {
  enqueue(async () => {
    const kept = file && (await toKeptFile(file));
    await change((store) => void (kept ? store.put(kept, "end") : store.delete("end")));
  });
}

export async function readEndPicture(): Promise<File | undefined> {
  let file: IDBRequest<KeptFile | undefined> | undefined;
  await change((store) => {
    file = store.get("end");
  });
  return toFile(file?.result);
}

export function forgetDraft(): void {
  enqueue(async () => {
    lastFile = undefined;
    await change((store) => {
      const words = store.get("words");
      words.onsuccess = () => {
        if (words.result === undefined || words.result.tab === tab) store.clear();
      };
    });
  });
}

async function read(): Promise<Kept | undefined> {
  let words: IDBRequest | undefined;
  let picture: IDBRequest | undefined;
  await change((store) => {
    words = store.get("words");
    picture = store.get("file");
  });
  if (!words?.result) return undefined;
  const { draft } = words.result as { draft: KeptDraft };
  const { file, url } = (picture?.result ?? {}) as { file?: KeptFile; url?: string };
  if (!draft.picture || url !== draft.picture.preview.url) return { draft };
  return { draft, file: toFile(file) };
}

/** Its bytes, because WebKit stores no file in a private window. An earlier version kept the file itself. */
type KeptFile = File | { bytes: ArrayBuffer; name: string; type: string };

async function toKeptFile(file: File): Promise<KeptFile> {
  return { bytes: await file.arrayBuffer(), name: file.name, type: file.type };
}

function toFile(kept: KeptFile | undefined): File | undefined {
  if (!kept || kept instanceof File) return kept;
  return new File([kept.bytes], kept.name, { type: kept.type });
}

function enqueue(write: () => Promise<void>): void {
  // Refused, full or broken: nothing that the visitor could do, and nothing that is lost now.
  last = last.then(write).catch(() => {});
}

async function change(run: (store: IDBObjectStore) => void): Promise<void> {
  const opened = await open();
  await new Promise<void>((resolve, reject) => {
    const transaction = opened.transaction(STORE, "readwrite");
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    run(transaction.objectStore(STORE));
  });
}

function open(): Promise<IDBDatabase> {
  database ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("firstframe", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return database;
}
