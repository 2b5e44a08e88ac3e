/** Texts of the password form in front of the studio or of a shared video. */
export const password = {
  title: "A password, please",
  headings: {
    studio: "This studio asks for a password",
    video: "This video asks for a password",
  },
  field: "Password",
  open: "Open",
  wrong: "That is not the password.",
} as const;
