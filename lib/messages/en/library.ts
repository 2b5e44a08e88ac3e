/** Texts of the strip of videos under the stage. */
export const library = {
  heading: "Library",
  untitled: "Untitled",
  failed: "The library can’t be loaded right now. Nothing in it is lost.",
  tryAgain: "Try again",
  loading: "Loading…",
  showOlder: "Show older",
} as const;
