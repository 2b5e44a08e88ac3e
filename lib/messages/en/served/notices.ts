/** Texts of pages that have no video, with links to go on. */
export const notices = {
  nothingHere: "There is nothing here",
  nothingHereHint: "The address is wrong, or what it named is gone.",
  toStudio: "Go to the studio",
  backToStudio: "Back to the studio",
  makeYourOwn: "Make a video of your own",
  /** Before the id of a request, small below a failure. */
  request: "Request",
} as const;
