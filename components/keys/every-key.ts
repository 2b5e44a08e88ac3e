/** Every key of the studio, grouped by where it works. The name of a key is the same in every language. */
export const keys = {
  anywhere: [
    { does: "paste", keys: ["Mod", "V"] },
    { does: "list", keys: ["?"] },
    { does: "close", keys: ["Esc"] },
  ],
  prompt: [{ does: "start", keys: ["Mod", "Enter"] }],
  lists: [
    { does: "move", keys: ["←", "→", "↑", "↓"] },
    { does: "ends", keys: ["Home", "End"] },
  ],
  crop: [
    { does: "shift", keys: ["←", "→", "↑", "↓"] },
    { does: "shiftFar", keys: ["PgUp", "PgDn"] },
    { does: "use", keys: ["Enter"] },
  ],
  player: [
    { does: "frame", keys: [",", "."] },
    { does: "play", keys: ["Space"] },
  ],
  library: [
    { does: "move", keys: ["←", "→", "↑", "↓"] },
    { does: "look", keys: ["Space"] },
    { does: "choose", keys: ["X"] },
    { does: "chooseAll", keys: ["Mod", "A"] },
    { does: "remove", keys: ["Delete"] },
    { does: "undo", keys: ["Mod", "Z"] },
    { does: "begin", keys: ["C"] },
    { does: "end", keys: ["E"] },
  ],
} as const;
