import "server-only";
import { html } from "hono/html";
import type { SpendToday } from "@/lib/api/spend";
import type { Messages } from "@/lib/messages";
import { fill } from "@/lib/messages/fill";
import { captionOf, formatUsd } from "@/lib/messages/format";
import { findModel } from "@/lib/models";
import type { Entry } from "../spend/entries";
import { type Html, page, type Setting } from "./page";

type LedgerView = {
  today: SpendToday;
  entries: readonly Entry[];
  /** What each day of the entries cost, in dollars. */
  totals: ReadonlyMap<string, number>;
  isMore: boolean;
};

type Words = Messages["served"]["ledger"];

// The table names its roles, because a phone shows it as a list, and browsers then drop the implicit roles.
export function ledgerPage({ today, entries, totals, isMore }: LedgerView, setting: Setting): Html {
  const { ledger, notices } = setting.messages.served;
  const { columns } = ledger;
  return page(
    { title: `${ledger.title} · Firstframe` },
    setting,
    html`<main>
      <h1>${ledger.heading}</h1>
      <p class="muted">${describeToday(today, ledger)}</p>
      ${
        entries.length === 0
          ? html`<p class="empty">${ledger.none}</p>`
          : html`<p class="actions"><a class="button" href="/ledger.csv">${ledger.download}</a></p>
              <div class="table" tabindex="0" role="region" aria-label="${ledger.title}">
                <table role="table">
                  <thead role="rowgroup">
                    <tr role="row">
                      <th role="columnheader" scope="col">${columns.time}</th>
                      <th role="columnheader" scope="col" class="number">${columns.price}</th>
                      <th role="columnheader" scope="col">${columns.charge}</th>
                      <th role="columnheader" scope="col">${columns.video}</th>
                      <th role="columnheader" scope="col">${columns.model}</th>
                      <th role="columnheader" scope="col">${columns.payer}</th>
                    </tr>
                  </thead>
                  ${groupByDay(entries).map(
                    ([day, ofDay]) => html`<tbody role="rowgroup">
                      ${toDayRow(day, totals.get(day) ?? 0, setting.messages)}
                      ${ofDay.map((entry) => toRow(entry, setting.messages))}
                    </tbody>`,
                  )}
                </table>
              </div>
              ${isMore ? html`<p class="muted">${ledger.older}</p>` : ""}`
      }
      <p class="report"><a class="button" href="/">${notices.backToStudio}</a></p>
    </main>`,
  );
}

// A click that was sent again on the next day counts there, among clicks that are newer.
function groupByDay(entries: readonly Entry[]): [day: string, entries: Entry[]][] {
  const days = new Map<string, Entry[]>();
  for (const entry of entries) days.set(entry.day, [...(days.get(entry.day) ?? []), entry]);
  return [...days];
}

function toDayRow(day: string, usd: number, { locale, served: { ledger } }: Messages): Html {
  const name = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  return html`<tr role="row" class="day">
    <th role="rowheader" scope="rowgroup" class="time"><time datetime="${day}">${fill(ledger.day, { day: name.format(Date.parse(day)) })}</time></th>
    <td role="cell" class="number">${formatUsd(usd)}</td>
    <td role="cell" colspan="4" class="total">${ledger.dayTotal}</td>
  </tr>`;
}

function toRow(entry: Entry, { library, served: { ledger } }: Messages): Html {
  const { createdAt, model, payer, usd, status } = entry;
  const time = new Date(createdAt).toISOString();
  return html`<tr role="row">
    <td role="cell" class="time"><time datetime="${time}">${nameTime(time, entry.day)} UTC</time></td>
    <td role="cell" class="number">${formatUsd(status === "released" ? 0 : usd)}</td>
    <td role="cell">${nameCharge(entry, ledger)}</td>
    <td role="cell" class="prompt">${nameRun(entry, { ledger, untitled: library.untitled })}</td>
    <td role="cell">${findModel(model)?.name ?? model}</td>
    <td role="cell">${ledger.payers[payer]}</td>
  </tr>`;
}

function nameTime(time: string, day: string): string {
  return time.startsWith(day) ? time.slice(11, 16) : time.slice(0, 16).replace("T", " ");
}

// What fal never accepted, nobody can charge. Of the rest this server knows only what fal says.
function nameCharge({ status, run }: Entry, words: Words): string {
  if (status === "released" && run && !run.isAccepted) return words.unrun;
  return words.charges[status];
}

function nameRun(
  { id, run }: Entry,
  { ledger, untitled }: { ledger: Words; untitled: string },
): Html | string {
  if (!run) return ledger.deleted;
  const picture = run.hasPicture
    ? html`<img src="/media/${id}/thumbnail.jpg" alt="" loading="lazy" />`
    : html`<span class="blank"></span>`;
  const title = run.title ?? (captionOf(run.prompt) || untitled);
  return html`<a class="film" href="/?video=${id}">${picture}<span dir="auto">${title}</span></a>`;
}

function describeToday({ usd, leftUsd }: SpendToday, words: Words): string {
  const cost = { usd: formatUsd(usd) };
  return leftUsd === undefined
    ? fill(words.today, cost)
    : fill(words.todayOfBudget, { ...cost, left: formatUsd(leftUsd) });
}
