import { openLibrary } from "./open-library";
import { openPageDeps } from "./page-deps";

/** The one library of this page. It opens nothing before somebody subscribes. */
export const {
  get,
  subscribe,
  start,
  stop,
  remove,
  loadMore,
  watch,
  search,
  changeWords,
  open,
  publish,
  removeNotMade,
  takeBack,
  undo,
} = openLibrary(openPageDeps());
