/** What the browser reports about the page. */
export type PageState = {
  isVisible(): boolean;
  /** Calls `listener` when the page is shown, hidden, thawed or online again. Returns a function that ends this. */
  onChange(listener: (change: PageChange) => void): () => void;
};

/** `thawed`: the browser had stopped the page and lets it continue. */
export type PageChange = "shown" | "hidden" | "thawed" | "online";

export const pageState: PageState = {
  isVisible: () => document.visibilityState === "visible",
  onChange(listener) {
    const over = new AbortController();
    const { signal } = over;
    document.addEventListener(
      "visibilitychange",
      () => listener(document.visibilityState === "visible" ? "shown" : "hidden"),
      { signal },
    );
    document.addEventListener("resume", () => listener("thawed"), { signal });
    addEventListener("pageshow", ({ persisted }) => persisted && listener("thawed"), { signal });
    addEventListener("online", () => listener("online"), { signal });
    return () => over.abort();
  },
};
