import type { served as source } from "../../en/served/index.ts";
import type { Translated } from "../../translated.ts";
import { key } from "./key.ts";
import { ledger } from "./ledger.ts";
import { link } from "./link.ts";
import { notices } from "./notices.ts";
import { password } from "./password.ts";
import { studio } from "./studio.ts";

export const served = {
  key,
  ledger,
  link,
  notices,
  password,
  studio,
} as const satisfies Translated<typeof source>;
