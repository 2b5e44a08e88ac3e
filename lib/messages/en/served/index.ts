import { key } from "./key.ts";
import { ledger } from "./ledger.ts";
import { link } from "./link.ts";
import { notices } from "./notices.ts";
import { password } from "./password.ts";

/** Pages that the server writes alone, without React, and what it says of videos to other sites. */
export const served = { key, ledger, link, notices, password } as const;
