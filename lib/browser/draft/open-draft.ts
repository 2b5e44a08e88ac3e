import type { Generation } from "@/lib/generation";
import {
  addressOf,
  changeDraft,
  type Draft,
  type DraftEvent,
  emptyDraft,
  hasSomething,
  isUntouched,
  isWorthKeeping,
  type RestoredDraft,
  type Slot,
  type SlotName,
} from "./draft";
import type { Pipeline } from "./pipeline";
import { openSlot, type SlotDeps } from "./slot";
import type { SlotOptions } from "./slot-options";

/** `file`: of the first picture, as far as this browser has it. */
export type Restored = { draft: RestoredDraft; file?: File };

export type DraftStorage = {
  /** What was kept before a reload, ready to be shown. */
  read(): Promise<Restored | undefined>;
  keep(draft: Draft, file: File | undefined): void;
  forget(): void;
  /** The last picture is kept by itself, as it was chosen: it is prepared anew after a reload. */
  readLast(): Promise<File | undefined>;
  keepLast(file: File | undefined): void;
};

/** What the draft can do without until the first picture, and until it is kept. */
export type DraftParts = {
  storage: DraftStorage;
  openPipeline(options: SlotOptions): Pipeline;
};

/** Everything outside the draft that it uses: a test passes its own. */
export type DraftDeps = Pick<SlotDeps, "nameFailure"> & {
  /** Now, in milliseconds, by the clock of the server. */
  now(): number;
  /** Lets go of the file behind an object URL: each holds a whole picture in memory. */
  releaseUrl(url: string): void;
  loadParts(): Promise<DraftParts>;
};

export type DraftStore = ReturnType<typeof openDraft>;

/** What is being composed in this tab. It is kept over a reload until it is sent or removed. */
export function openDraft({ now, releaseUrl, nameFailure, loadParts }: DraftDeps) {
  let draft = emptyDraft;
  let isOpen = false;
  let hasChosenLast = false;
  let chosenLast: File | undefined;
  let parts: DraftParts | undefined;
  let loading: Promise<DraftParts> | undefined;
  const listeners = new Set<() => void>();

  function change(event: DraftEvent): void {
    const before = draft;
    draft = changeDraft(draft, event);
    if (draft === before) return;
    for (const listener of listeners) listener();
    const shown = urlsOf(draft);
    for (const url of urlsOf(before)) {
      if (url?.startsWith("blob:") && !shown.includes(url)) releaseUrl(url);
    }
    const kept = factsOf(before);
    if (draft.isRestored && factsOf(draft).some((fact, index) => fact !== kept[index])) keep();
  }

  function load(): Promise<DraftParts> {
    loading ??= loadParts().then(
      (loaded) => {
        parts = loaded;
        return loaded;
      },
      (error: unknown) => {
        // The next one that needs it asks again.
        loading = undefined;
        throw error;
      },
    );
    return loading;
  }

  /** Without its script nothing is kept, and it is a draft all the same. */
  function store(write: (storage: DraftStorage) => void): void {
    if (parts) write(parts.storage);
    else
      load().then(
        ({ storage }) => write(storage),
        () => {},
      );
  }

  const slotDeps = { loadParts: load, nameFailure };
  const first = openSlot(slotDeps, {
    field: "image_url",
    change: (event) => change({ type: "slot", slot: "first", event }),
    onSettings: (settings) => change({ type: "settings-found", settings }),
  });
  const last = openSlot(slotDeps, {
    field: "end_image_url",
    change: (event) => change({ type: "slot", slot: "last", event }),
  });

  function keep(): void {
    const kept = draft;
    const file = first.findFile(kept.first.picture?.preview.url);
    store((storage) => {
      if (isWorthKeeping(kept)) storage.keep(kept, file);
      else storage.forget();
    });
  }

  function keepLast(file: File | undefined): void {
    hasChosenLast = true;
    chosenLast = file;
    store((storage) => storage.keepLast(file));
  }

  async function takeLast(file: File): Promise<void> {
    keepLast(file);
    await last.take(file);
  }

  function removeLast(): void {
    keepLast(undefined);
    last.remove();
  }

  /** It is prepared anew from the file that was chosen. */
  async function retryLast(): Promise<void> {
    if (chosenLast) await takeLast(chosenLast);
  }

  async function restore(): Promise<void> {
    // A browser that keeps nothing has nothing to bring back.
    const restored = await load()
      .then(({ storage }) => storage.read())
      .catch(() => undefined);
    const wasUntouched = isUntouched(draft);
    change({ type: "draft-restored", kept: restored?.draft });
    const { draft: { picture } = {}, file } = restored ?? {};
    if (!picture || !file) return;
    if (wasUntouched) await first.restore(picture, file);
    else if (picture.preview.url) releaseUrl(picture.preview.url);
  }

  async function restoreLast(): Promise<void> {
    const file = await load()
      .then(({ storage }) => storage.readLast())
      .catch(() => undefined);
    if (file && !hasChosenLast) await takeLast(file);
  }

  return {
    get: () => draft,
    /** Looks for the draft of before a reload at the first call. Returns how to leave. */
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      if (!isOpen) {
        isOpen = true;
        void restore();
        void restoreLast();
      }
      return () => void listeners.delete(listener);
    },
    change,
    first,
    last: { take: takeLast, remove: removeLast, retryUpload: retryLast },
    /** A generation is shown: ready to run again, unless there is something that would be lost. */
    open(generation: Generation): void {
      if (!hasSomething(draft)) removeLast();
      change({ type: "generation-opened", generation, now: now() });
    },
    /** The same words and pictures again, as far as the upstream has them. */
    reuse(generation: Generation): void {
      removeLast();
      change({ type: "generation-reused", generation, now: now() });
      if (draft.first.picture) void first.release();
    },
    /** The same settings for what happens next, from a frame of the generation's video. */
    async continueFrom(generation: Generation, name: string, frame: Promise<File>): Promise<void> {
      change({ type: "generation-continued", generation });
      await first.takeFrame(name, frame);
    },
    /** Resolves when each picture that is wanted is uploaded, with where it is. */
    async uploaded(names: readonly SlotName[]): Promise<Partial<Record<SlotName, string>>> {
      const addresses = await Promise.all(
        names.map((name) => addressOf(draft[name]) ?? { first, last }[name].uploaded()),
      );
      return Object.fromEntries(names.map((name, index) => [name, addresses[index]]));
    },
  };
}

function urlsOf({ first, last }: Draft): (string | undefined)[] {
  return [first, last].flatMap(({ picture, cropping, refused }) => [
    picture?.preview.url,
    cropping?.preview.url,
    refused?.url,
  ]);
}

/** It is written when one of these changes, not at each step of an upload. */
function factsOf(draft: Draft): unknown[] {
  const { isRestored, prompt, optimizePrompt, choice, first, last } = draft;
  const ofSlot = (slot: Slot) => [slot.picture?.preview.url, addressOf(slot)];
  const slots = [...ofSlot(first), ...ofSlot(last)];
  return [isRestored, isWorthKeeping(draft), prompt, optimizePrompt, choice, ...slots];
}
