import { serverNow } from "../http/server-clock";
import { loadScript, nameFailure } from "../page/load-script";
import { openDraft } from "./open-draft";
import type { PageDraftOptions } from "./page-parts";

/** The draft of this page. */
export function openPageDraft(options: PageDraftOptions) {
  const draft = openDraft({
    now: serverNow,
    nameFailure,
    // What is drawn with it is drawn anew first.
    releaseUrl: (url) => void setTimeout(() => URL.revokeObjectURL(url)),
    // After the first paint: an empty studio waits for nothing.
    async loadParts() {
      const { openPageParts } = await loadScript(() => import("./page-parts"));
      return openPageParts({ ...options, draft });
    },
  });
  return draft;
}
