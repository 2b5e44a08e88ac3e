/** Texts of the pictures that a first visit can begin with. */
export const samples = {
  try: "Or try one of these",
  use: "Or begin with one of these",
  /** For a screen reader: what a press on a picture does. */
  press: { try: "Try it: {name}. {move}", use: "Begin with it: {name}. {move}" },
  each: {
    coffee: {
      name: "a cup of coffee",
      move: "Push in",
      prompt: "[Push in] Steam rises from the cup",
    },
    rocket: {
      name: "a rocket on its pad",
      move: "Tilt up",
      prompt: "[Tilt up] The rocket lifts off",
    },
    hills: {
      name: "hills at dusk",
      move: "Pull out",
      prompt: "[Pull out] Night falls over the hills",
    },
  },
} as const;
