/** Texts of the page where visitors enter their own fal key. */
export const key = {
  title: "Your fal key",
  heading: "Use a fal key of your own",
  headingInUse: "You use a fal key of your own",
  meaning:
    "What you make is then paid by your account at fal. The key is kept encrypted in this browser's cookie, and on the server only while a video of yours is made, so that it is brought home even when you close the page. Nobody else's videos use it, and no log has it.",
  getOne: "Get a key at fal.ai/dashboard/keys (opens a new tab)",
  field: "fal key",
  placeholder: "key-id:key-secret",
  notAKey:
    "That does not look like a key of fal: it has an id, a colon and a secret. fal.ai/dashboard/keys shows it once, when it is made.",
  use: "Use it",
  useInstead: "Use this one instead",
  forget: "Forget my key",
} as const;
