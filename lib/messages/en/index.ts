import { common } from "./common.ts";
import { generation } from "./generation.ts";
import { moves } from "./moves.ts";
import { picture } from "./picture.ts";
import { problems } from "./problems.ts";
import { served } from "./served/index.ts";
import { studio } from "./studio.ts";

export const en = {
  locale: "en",
  common,
  generation,
  moves,
  picture,
  problems,
  served,
  studio,
} as const;
