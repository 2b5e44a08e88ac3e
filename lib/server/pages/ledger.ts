import "server-only";
import { html } from "hono/html";
import type { SpendToday } from "@/lib/api/spend";
import type { Messages } from "@/lib/messages";
import { fill } from "@/lib/messages/fill";
import { formatUsd } from "@/lib/messages/format";
import { findModel } from "@/lib/models";
import type { Entry } from "../spend/entries";
import { type Html, page, type Setting } from "./page";

type LedgerView = { today: SpendToday; entries: readonly Entry[]; isMore: boolean };

type Words = Messages["served"]["ledger"];

// The table names its roles, because a phone shows it as a list, and browsers then drop the implicit roles.
export function ledgerPage({ today, entries, isMore }: LedgerView, setting: Setting): Html {
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
                  <tbody role="rowgroup">${entries.map((entry) => toRow(entry, ledger))}</tbody>
                </table>
              </div>
              ${isMore ? html`<p class="muted">${ledger.older}</p>` : ""}`
      }
      <p class="report"><a class="button" href="/">${notices.backToStudio}</a></p>
    </main>`,
  );
}

function toRow({ createdAt, prompt, model, payer, usd, status }: Entry, words: Words): Html {
  const time = new Date(createdAt).toISOString();
  return html`<tr role="row">
    <td role="cell" class="time"><time datetime="${time}">${time.slice(0, 16).replace("T", " ")} UTC</time></td>
    <td role="cell" class="number">${formatUsd(usd)}</td>
    <td role="cell">${words.charges[status]}</td>
    <td role="cell" class="prompt">${prompt ?? words.deleted}</td>
    <td role="cell">${findModel(model)?.name ?? model}</td>
    <td role="cell">${words.payers[payer]}</td>
  </tr>`;
}

function describeToday({ usd, leftUsd }: SpendToday, words: Words): string {
  const cost = { usd: formatUsd(usd) };
  return leftUsd === undefined
    ? fill(words.today, cost)
    : fill(words.todayOfBudget, { ...cost, left: formatUsd(leftUsd) });
}
