import { pageAnswer, pageRoute } from "@/lib/server/pages/answer";
import { ledgerPage } from "@/lib/server/pages/ledger";
import { getServices } from "@/lib/server/services";
import { findOwner } from "@/lib/server/sessions/owner";
import { listEntries, sumDays } from "@/lib/server/spend/entries";
import { readToday } from "@/lib/server/spend/today";

const SHOWN = 100;

export const GET = pageRoute(async (request: Request) => {
  const owner = await findOwner(request);
  const services = await getServices();
  const [today, entries] = await Promise.all([
    readToday(services, owner),
    owner === undefined ? [] : listEntries(services.db, owner, { limit: SHOWN + 1 }),
  ]);
  const shown = entries.slice(0, SHOWN);
  const days = [...new Set(shown.map(({ day }) => day))];
  const totals = owner === undefined ? new Map() : await sumDays(services.db, owner, days);
  const view = { today, entries: shown, totals, isMore: entries.length > SHOWN };
  return pageAnswer(request, (setting) => ledgerPage(view, setting));
});
