import { key } from "./key.ts";
import { ledger } from "./ledger.ts";
import { link } from "./link.ts";
import { notices } from "./notices.ts";
import { password } from "./password.ts";
import { studio } from "./studio.ts";

/** Texts that only the server writes: pages without React, the frame of the studio, and previews on other sites. */
export const served = { key, ledger, link, notices, password, studio } as const;
