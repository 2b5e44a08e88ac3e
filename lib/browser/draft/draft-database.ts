import { type DBSchema, openDB } from "idb";
import type { Kept, KeptDraft } from "./kept-draft";
import { type KeptFile, toFile, toKeptFile } from "./kept-file";

type Words = { draft: KeptDraft; tab: string };
/** `url` names the picture of the words that the file belongs to. */
type Picture = { file: KeptFile; url?: string };

interface Schema extends DBSchema {
  draft: { key: "words" | "file" | "end"; value: Words | Picture | KeptFile };
}

const ANSWERS_WITHIN_MS = 2000;

/** The draft in this browser's IndexedDB. No write throws: a draft that can't be kept is a draft all the same. */
export function openDraftDatabase() {
  // A draft that is being composed in another tab is not this tab's to remove.
  const tab = `${Date.now()}-${Math.random()}`;
  let opening: ReturnType<typeof open> | undefined;
  let writtenFile: File | undefined;
  let last: Promise<void> = Promise.resolve();

  const open = () =>
    openDB<Schema>("firstframe", 1, {
      upgrade: (database) => void database.createObjectStore("draft"),
      terminated() {
        opening = undefined;
      },
    });

  async function find() {
    opening ??= open();
    return opening;
  }

  async function startWriting() {
    const { store, done } = (await find()).transaction("draft", "readwrite");
    return { store, done };
  }

  function enqueue(run: () => Promise<void>): Promise<void> {
    // Refused, full or broken: nothing that the visitor could do, and nothing that is lost now.
    last = last.then(run).catch(() => {});
    return last;
  }

  async function write(value: Picture | KeptFile, key: "file" | "end"): Promise<void> {
    await (await find()).put("draft", value, key);
  }

  async function writeWords(draft: KeptDraft, file: File | undefined): Promise<void> {
    const hasNoFileNow = file === undefined && writtenFile !== undefined;
    const { store, done } = await startWriting();
    const words = store.put({ draft, tab }, "words");
    await Promise.all([words, hasNoFileNow && store.delete("file"), done]);
  }

  async function clearOwn(): Promise<void> {
    const { store, done } = await startWriting();
    const clear = async () => {
      const words = (await store.get("words")) as Words | undefined;
      if (words === undefined || words.tab === tab) await store.clear();
    };
    await Promise.all([clear(), done]);
  }

  async function readAll(): Promise<Kept | undefined> {
    const { store } = (await find()).transaction("draft");
    const [words, picture] = (await Promise.all([store.get("words"), store.get("file")])) as [
      Words | undefined,
      Picture | undefined,
    ];
    if (!words) return undefined;
    const { draft } = words;
    const isItsFile = draft.picture && picture?.url === draft.picture.preview.url;
    return { draft, file: isItsFile ? toFile(picture?.file) : undefined };
  }

  async function readLast(): Promise<File | undefined> {
    return toFile((await (await find()).get("draft", "end")) as KeptFile | undefined);
  }

  return {
    /** `undefined` when there is nothing, or this browser keeps nothing. */
    read: () => within(readAll()),
    keep: (draft: KeptDraft, file: File | undefined) =>
      enqueue(async () => {
        await writeWords(draft, file);
        if (file === writtenFile) return;
        writtenFile = file;
        // By itself: when there is no room for the picture, the words are kept all the same.
        if (file)
          await write({ file: await toKeptFile(file), url: draft.picture?.preview.url }, "file");
      }),
    forget: () =>
      enqueue(async () => {
        writtenFile = undefined;
        await clearOwn();
      }),
    readLast: () => within(readLast()),
    /** Kept until it is taken away, or the draft is. */
    keepLast: (file: File | undefined) =>
      enqueue(async () => {
        if (file) await write(await toKeptFile(file), "end");
        else await (await find()).delete("draft", "end");
      }),
  };
}

function within<Value>(reading: Promise<Value | undefined>): Promise<Value | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, ANSWERS_WITHIN_MS));
  return Promise.race([reading, late]).catch(() => undefined);
}
