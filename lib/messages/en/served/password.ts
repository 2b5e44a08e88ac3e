/** The form that stands before the studio, or before the video of a link. */
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
