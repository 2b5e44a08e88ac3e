/** What many places say. */
export const common = {
  /** A problem's title before its sentences. */
  titled: "{title}. {rest}",
} as const;
