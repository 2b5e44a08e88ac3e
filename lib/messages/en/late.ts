import { keys } from "./keys.ts";
import { moves } from "./moves.ts";
import { problems } from "./problems.ts";
import { share } from "./share.ts";
import { sideBySide } from "./side-by-side.ts";

/** What nothing says before it was pressed or has gone wrong: it follows the page, as the parts do that say it. */
export const late = { keys, moves, problems, share, sideBySide } as const;
