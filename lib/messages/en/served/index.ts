import { key } from "./key.ts";
import { ledger } from "./ledger.ts";
import { link } from "./link.ts";
import { notices } from "./notices.ts";
import { password } from "./password.ts";
import { studio } from "./studio.ts";

/** What the server writes alone: pages without React, what is around the studio, what other sites are told of a video. */
export const served = { key, ledger, link, notices, password, studio } as const;
