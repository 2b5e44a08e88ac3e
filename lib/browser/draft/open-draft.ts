import type { Generation } from "@/lib/generation";
import { changeDraft, type DraftEvent } from "./change-draft";
import {
  type Draft,
  emptyDraft,
  hasSomething,
  isUntouched,
  isWorthKeeping,
  type SlotName,
} from "./draft";
import { openLastPicture } from "./last-picture";
import { type DraftParts, openLazyParts } from "./lazy-parts";
import { openSlot, type SlotDeps } from "./slot";
import { addressOf, type Slot } from "./slot-state";

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

  const parts = openLazyParts(loadParts);
  const slotDeps = { loadParts: parts.load, nameFailure };
  const first = openSlot(slotDeps, {
    field: "image_url",
    change: (event) => change({ type: "slot", slot: "first", event }),
    onSettings: (settings) => change({ type: "settings-found", settings }),
  });
  const lastSlot = openSlot(slotDeps, {
    field: "end_image_url",
    change: (event) => change({ type: "slot", slot: "last", event }),
  });
  const last = openLastPicture(lastSlot, parts);

  function keep(): void {
    const kept = draft;
    const file = first.findFile(kept.first.picture?.preview.url);
    parts.write((storage) => {
      if (isWorthKeeping(kept)) storage.keep(kept, file);
      else storage.forget();
    });
  }

  async function restore(): Promise<void> {
    const restored = await parts.read((storage) => storage.read());
    const wasUntouched = isUntouched(draft);
    change({ type: "draft-restored", kept: restored?.draft });
    const { draft: { picture } = {}, file } = restored ?? {};
    if (!picture || !file) return;
    if (wasUntouched) await first.restore(picture, file);
    else if (picture.preview.url) releaseUrl(picture.preview.url);
  }

  return {
    get: () => draft,
    /** Looks for the draft of before a reload at the first call. Returns how to leave. */
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      if (!isOpen) {
        isOpen = true;
        void restore();
        void last.restore();
      }
      return () => void listeners.delete(listener);
    },
    change,
    first,
    last,
    /** A generation is shown: ready to run again, unless there is something that would be lost. */
    open(generation: Generation): void {
      if (!hasSomething(draft)) last.remove();
      change({ type: "generation-opened", generation, now: now() });
    },
    /** The same words and pictures again, as far as the upstream has them. */
    reuse(generation: Generation): void {
      last.remove();
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
