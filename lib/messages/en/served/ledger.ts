/** Texts of the table with the cost of every video. */
export const ledger = {
  title: "Ledger",
  heading: "What it cost",
  today: "Today (UTC) your videos cost {usd} on this server's key.",
  todayOfBudget:
    "Today (UTC) your videos cost {usd} on this server's key. {left} of the budget are left.",
  none: "Nothing was paid for yet. Videos of the local engine cost nothing, and are not listed.",
  download: "Download as CSV",
  older: "Older ones are in the CSV.",
  columns: {
    time: "Time",
    price: "Price",
    charge: "Charge",
    video: "Video",
    model: "Model",
    payer: "Paid by",
  },
  charges: {
    reserved: "held while it is made",
    booked: "charged",
    released: "not charged, says fal",
    uncertain: "maybe charged: see fal's dashboard",
  },
  unrun: "not charged: it did not run",
  day: "{day} (UTC)",
  dayTotal: "the day in all",
  payers: { server: "this server's key", owner: "your own key" },
  deleted: "(deleted)",
} as const;
