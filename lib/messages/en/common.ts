/** Texts that several places use. */
export const common = {
  /** The title of a problem and its sentences. */
  titled: "{title}. {rest}",
} as const;
