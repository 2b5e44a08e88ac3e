import "server-only";
import { html } from "hono/html";
import { formatUsd } from "@/lib/format";
import { findModel } from "@/lib/models";
import type { SpendToday } from "@/lib/spend";
import type { Entry } from "../spend/entries";
import { type Html, page } from "./page";

type LedgerView = { today: SpendToday; entries: readonly Entry[]; isMore: boolean };

const charges: Record<Entry["status"], string> = {
  reserved: "held while it is made",
  booked: "charged",
  released: "not charged",
  uncertain: "maybe charged: fal's dashboard tells",
};

export function ledgerPage({ today, entries, isMore }: LedgerView, nonce: string): Html {
  return page(
    { title: "Ledger · Firstframe", nonce },
    html`<main>
      <h1>What it cost</h1>
      <p class="muted">${describeToday(today)}</p>
      ${
        entries.length === 0
          ? html`<p class="empty">Nothing was paid for yet. Videos of the local engine cost nothing, and are not listed.</p>`
          : html`<p class="actions"><a class="button" href="/ledger.csv">Download as CSV</a></p>
              <div class="table" tabindex="0" role="region" aria-label="Ledger">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">Time (UTC)</th>
                      <th scope="col" class="number">Price</th>
                      <th scope="col">Charge</th>
                      <th scope="col">Video</th>
                      <th scope="col">Model</th>
                      <th scope="col">Paid by</th>
                    </tr>
                  </thead>
                  <tbody>${entries.map(toRow)}</tbody>
                </table>
              </div>
              ${isMore ? html`<p class="muted">Older ones are in the CSV.</p>` : ""}`
      }
      <p class="report"><a class="button" href="/">Back to the studio</a></p>
    </main>`,
  );
}

function toRow({ createdAt, prompt, model, payer, usd, status }: Entry): Html {
  const time = new Date(createdAt).toISOString();
  return html`<tr>
    <td class="time"><time datetime="${time}">${time.slice(0, 16).replace("T", " ")}</time></td>
    <td class="number">${formatUsd(usd)}</td>
    <td>${charges[status]}</td>
    <td class="prompt">${prompt ?? "(deleted)"}</td>
    <td>${findModel(model)?.name ?? model}</td>
    <td>${payer === "server" ? "this server's key" : "your own key"}</td>
  </tr>`;
}

function describeToday({ usd, leftUsd }: SpendToday): string {
  const used = `Today (UTC) your videos cost ${formatUsd(usd)} on this server's key.`;
  return leftUsd === undefined ? used : `${used} ${formatUsd(leftUsd)} of the budget are left.`;
}
