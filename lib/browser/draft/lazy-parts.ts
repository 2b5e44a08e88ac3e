import type { Draft, RestoredDraft } from "./draft";
import type { Pipeline } from "./pipeline";
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

export type LazyParts = ReturnType<typeof openLazyParts>;

/** Loads the parts once. After a failure the next one that needs them asks again. */
export function openLazyParts(loadParts: () => Promise<DraftParts>) {
  let parts: DraftParts | undefined;
  let loading: Promise<DraftParts> | undefined;

  function load(): Promise<DraftParts> {
    loading ??= loadParts().then(
      (loaded) => {
        parts = loaded;
        return loaded;
      },
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  }

  return {
    load,
    /** What was kept. A browser that keeps nothing has nothing to bring back. */
    read: <Value>(find: (storage: DraftStorage) => Promise<Value>) =>
      load()
        .then(({ storage }) => find(storage))
        .catch(() => undefined),
    /** Without its script nothing is kept, and it is a draft all the same. */
    write(put: (storage: DraftStorage) => void): void {
      if (parts) put(parts.storage);
      else
        load().then(
          ({ storage }) => put(storage),
          () => {},
        );
    },
  };
}
