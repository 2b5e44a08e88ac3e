import { finder } from "./finder.ts";
import { keys } from "./keys.ts";
import { moves } from "./moves.ts";
import { problems } from "./problems.ts";
import { samples } from "./samples.ts";
import { share } from "./share.ts";
import { sideBySide } from "./side-by-side.ts";

/**
 * Texts for states that occur only after a click or a failure. They are loaded lazily, with the parts that show them.
 */
export const lazy = { finder, keys, moves, problems, samples, share, sideBySide } as const;
