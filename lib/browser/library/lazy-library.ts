import { loadScript } from "../page/load-script";
import type { Library, LibraryStore } from "./library";

/** The library before anything is known. */
export const EMPTY_LIBRARY: Library = { watched: [], listed: [], more: "loading" };

let store: Omit<LibraryStore, "close"> | undefined;

// The fal client and the schemas are half of the page's script, so they load after the first paint.
const loadOnce = async () => {
  // Without this script there is no library. `loadScript` makes the page say so.
  store = await loadScript(() => import("./page-library")).catch(
    () => new Promise<never>(() => {}),
  );
  return store;
};

// Only one import runs at a time, because two would each give up the connection that the other has just renewed.
let loading: ReturnType<typeof loadOnce> | undefined;
const load = () => {
  loading ??= loadOnce();
  return loading;
};

/** The library of this page. Its script loads when it is first needed. */
export const lazyLibrary: Omit<LibraryStore, "close"> = {
  get: () => store?.get() ?? EMPTY_LIBRARY,
  subscribe(listener) {
    const joining = load().then((loaded) => loaded.subscribe(listener));
    return () => void joining.then((leave) => leave());
  },
  start: async (...run) => (await load()).start(...run),
  stop: async (click) => (await load()).stop(click),
  loadMore: async () => (await load()).loadMore(),
  search: async (query) => (await load()).search(query),
  changeWords: async (...change) => (await load()).changeWords(...change),
  open: async (id) => (await load()).open(id),
  publish: async (...change) => (await load()).publish(...change),
  remove: async (clicks) => (await load()).remove(clicks),
  removeNotMade: async () => (await load()).removeNotMade(),
  takeBack: async (clicks) => (await load()).takeBack(clicks),
  undo: async () => (await load()).undo(),
  watch: async (click) => (await load()).watch(click),
};
