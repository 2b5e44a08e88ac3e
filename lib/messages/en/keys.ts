/** Texts of the list of keys. */
export const keys = {
  close: "Close",
  group: {
    anywhere: "Anywhere",
    prompt: "In the prompt",
    lists: "In the camera moves and your prompts",
    crop: "While a part of the picture is chosen",
    player: "In the player, and side by side",
  },
  does: {
    paste: "Take the picture or address from the clipboard",
    list: "Show this list",
    close: "Close what is open",
    start: "Generate",
    move: "From one to the next",
    ends: "To the first, to the last",
    shift: "Move the frame",
    shiftFar: "Move it further",
    use: "Use this part",
    frame: "One frame back, one forward",
    play: "Play or pause",
  },
} as const;
