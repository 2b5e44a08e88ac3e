import "server-only";
import { colorVariables } from "@/lib/theme";

const variables = Object.entries(colorVariables())
  .map(([name, value]) => `${name}: ${value};`)
  .join(" ");

/** The style of the pages that the server draws, short enough for each page to contain it. */
export const styles = `
@font-face { font-family: Geist; font-weight: 100 900; font-display: optional;
  src: url(/fonts/geist-latin.woff2) format("woff2"); }
:root { color-scheme: dark light; ${variables} }
* { box-sizing: border-box; margin: 0; }
body { background: var(--room); color: var(--ink); font: 0.9375rem/1.5 Geist, system-ui, sans-serif; }
header { border-bottom: 1px solid var(--line); padding: 14px 20px; }
header a { display: inline-flex; align-items: center; gap: 10px; color: inherit; font-size: 1.0625rem; font-weight: 600; text-decoration: none; }
header svg { width: 16px; color: var(--accent); }
main { margin: 0 auto; max-width: 1100px; padding: 20px 14px 48px; }
.stage { display: grid; place-items: center; }
video { display: block; width: min(100%, calc(78vh * var(--ratio))); height: auto; aspect-ratio: var(--ratio); background: #000; border-radius: 14px; }
.line { display: flex; flex-wrap: wrap; gap: 12px 24px; align-items: flex-start; justify-content: space-between; margin-top: 16px; }
.line > div { flex: 1 1 280px; min-width: 0; }
h1 { font-size: 1.125rem; line-height: 1.35; font-weight: 600; overflow-wrap: anywhere; }
.muted { color: var(--muted); }
.reference { color: var(--muted); font-size: 0.75rem; overflow-wrap: anywhere; }
.reference code { user-select: all; }
.away { color: inherit; text-underline-offset: 4px; }
.actions { display: flex; gap: 8px; }
.button { display: inline-flex; align-items: center; min-height: 44px; padding: 0 16px; border: 1px solid var(--line);
  border-radius: 10px; background: none; color: inherit; font: inherit; font-weight: 500; text-decoration: none; cursor: pointer; }
.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
.report { margin-top: 32px; }
.report button { min-height: 44px; padding: 0; border: 0; background: none; color: var(--muted); font: inherit; text-decoration: underline; cursor: pointer; }
.notice { max-width: 480px; padding-top: 14vh; display: grid; gap: 14px; }
.notice h1 { font-size: 1.625rem; line-height: 1.2; }
.notice form { display: grid; gap: 10px; justify-items: start; }
input { width: 100%; min-height: 44px; padding: 0 12px; border: 1px solid var(--muted); border-radius: 10px;
  background: none; color: inherit; font: inherit; }
.table { margin-top: 16px; overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; }
th, td { padding: 10px 16px 10px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--muted); font-weight: 500; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.film { display: inline-flex; align-items: center; gap: 12px; min-height: 44px; color: inherit; text-underline-offset: 4px; }
.film img, .blank { flex: none; width: 60px; height: 40px; object-fit: contain; background: #000; border-radius: 6px; }
.film span { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
.day th, .day td { padding-top: 22px; color: var(--ink); font-weight: 600; }
.day .total { color: var(--muted); font-weight: 400; }
.prompt { min-width: 180px; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody { display: block; }
  tr { display: grid; grid-template-columns: 1fr auto; gap: 2px 16px; padding: 12px 0; border-bottom: 1px solid var(--line); }
  td { grid-column: 1 / -1; padding: 0; border: 0; color: var(--muted); }
  td.time, .day th { grid-column: 1; }
  .day th { padding: 10px 0 0; border: 0; }
  .day td { padding-top: 10px; }
  .day .total { display: none; }
  td.number { grid-column: 2; color: var(--ink); }
  td.prompt { order: -1; min-width: 0; color: var(--ink); }
}
.empty { margin-top: 24px; }
main > .actions { margin-top: 16px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.embed main { max-width: none; height: 100%; padding: 0; }
.embed { background: #000; height: 100vh; overflow: hidden; }
.embed video { width: 100%; height: 100%; object-fit: contain; aspect-ratio: auto; border-radius: 0; }
`;
