/** Pages that the server writes alone, without React: the address that leads nowhere, and those behind links. */
export const served = {
  nothingHere: "There is nothing here",
  nothingHereHint: "The address is wrong, or what it named is gone.",
  toStudio: "Go to the studio",
} as const;
