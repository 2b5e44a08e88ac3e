import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { alike } from "./alike.ts";
import { secrets } from "./asks.ts";
import type { Attempt, Effect, Theme } from "./attempt.ts";
import { bodies } from "./bodies.ts";
import { bombs } from "./bombs.ts";
import { type Answer, CLOSED } from "./client.ts";
import { costs } from "./costs.ts";
import { fetches } from "./fetches.ts";
import type { Figures } from "./figures.ts";
import { front } from "./front.ts";
import { guesses } from "./guesses.ts";
import { headers } from "./headers.ts";
import { hosts } from "./hosts.ts";
import { keepsakes } from "./keepsakes.ts";
import { findLogFaults } from "./log.ts";
import { memory } from "./memory.ts";
import { messages } from "./messages.ts";
import { money } from "./money.ts";
import { origins } from "./origins.ts";
import { paths } from "./paths.ts";
import { prepared } from "./prepared.ts";
import { routes } from "./routes.ts";
import { type Scene, setScene } from "./scene.ts";
import { scripts } from "./scripts.ts";
import { sessions } from "./sessions.ts";
import { newAddress, type SceneOptions } from "./stage.ts";
import { strangers } from "./strangers.ts";
import { tampering } from "./tampering.ts";
import { targets } from "./targets.ts";
import { viewsAndReports } from "./views.ts";
import { webhooks } from "./webhooks.ts";

export type AbuseReport = {
  tried: number;
  /** Attempts that reached the upstream or the canary, or changed something. */
  effective: string[];
  /** Attempts that were answered otherwise than they should. */
  misanswered: string[];
  /** How many the gateway refused by itself, so that they were tried past it as well. */
  triedPastGateway: number;
  /** What was found in the answers, the log and the client's files. */
  leaks: string[];
  figures: Figures;
};

// They leave no run behind and need no servers of their own.
const quick: Theme[] = [
  ...[targets, routes, bodies, origins, strangers, tampering, webhooks, paths],
  ...[messages, scripts, fetches, prepared],
];
const slow: Theme[] = [
  ...[costs, money, alike, sessions, viewsAndReports, hosts, headers, keepsakes, front, guesses],
  ...[memory, bombs],
];

export type AbuseOptions = {
  scene: SceneOptions;
  /** Leaves out the attempts that take long; `quick` leaves out the themes that do as well. */
  length?: "quick" | "short" | "all";
  /** Only themes with this in their title. */
  only?: string;
  onTheme?(title: string, tried: number, faults: string[]): void;
};

/** Tries everything on the list against a build; run `npm run build` first. */
export async function runAbuse(options: AbuseOptions): Promise<AbuseReport> {
  await using stack = new AsyncDisposableStack();
  const scene = await setScene(stack, options.scene);
  const look = async () => ({
    upstream: scene.upstream.calls.length,
    canary: scene.canary.hits.length,
    ...(await scene.open.store.take()),
    closed: JSON.stringify(await scene.closed.store.take()),
  });

  const report: AbuseReport = {
    ...{ tried: 0, triedPastGateway: 0, effective: [], misanswered: [], leaks: [] },
    figures: scene.figures,
  };
  for (const { title, attempts } of themesOf(options)) {
    const [effective, misanswered]: [string[], string[]] = [[], []];
    for (const attempt of attempts) {
      scene.world.from = newAddress();
      const before = await look();
      let { wrong, isGateways } = await tryOnce(attempt, scene);
      if (isGateways) {
        scene.world.isPastGateway = true;
        wrong ??= (await tryOnce(attempt, scene)).wrong;
        scene.world.isPastGateway = false;
        report.triedPastGateway += 1;
      }
      const after = await look();
      const name = `${title}: ${attempt.name}`;
      const touched = (Object.keys(before) as (keyof typeof before)[])
        .filter((what) => before[what] !== after[what])
        .filter((what) => !attempt.may?.includes(what as Effect));
      if (touched.length > 0) {
        const calls = scene.upstream.calls.slice(before.upstream).map(({ url }) => url);
        effective.push(`${name} (touched ${touched.join(", ")}; ${calls.join(" ")})`);
      }
      if (wrong) misanswered.push(`${name} (${wrong})`);
      report.tried += 1;
    }
    await scene.closeLabs();
    report.effective.push(...effective);
    report.misanswered.push(...misanswered);
    options.onTheme?.(title, attempts.length, [...effective, ...misanswered]);
  }
  report.leaks.push(...findStrayCalls(scene), ...(await findLeaks(scene)));
  return report;
}

function themesOf({ length = "all", only = "" }: AbuseOptions): Theme[] {
  return [...quick, ...(length === "quick" ? [] : slow)]
    .filter(({ title }) => title.includes(only))
    .map(({ title, attempts }) => ({
      title,
      attempts: attempts.filter(({ isLong }) => length === "all" || !isLong),
    }))
    .filter(({ attempts }) => attempts.length > 0);
}

type Outcome = {
  /** What is wrong; nothing when all is well. */
  wrong?: string;
  /** The gateway refused it by itself, so that nothing of it says what the servers do. */
  isGateways?: boolean;
};

async function tryOnce(attempt: Attempt, scene: Scene): Promise<Outcome> {
  try {
    const answers = [await attempt.run(scene)].flat();
    for (const { status, text, isGateways = false } of answers) {
      const isRefused = status === CLOSED || (status >= 400 && (isGateways || status < 500));
      if (!isRefused && !attempt.harmless?.includes(status))
        return { wrong: `answered ${status} ${text.slice(0, 200)}` };
    }
    if (answers.some(({ isGateways }) => isGateways)) return { isGateways: true };
    return { wrong: await attempt.check?.(answers, scene) };
  } catch (error) {
    return { wrong: String(error) };
  }
}

/** Whatever reached the upstream in all this, legitimate or not, is one of the calls that the app makes. */
function findStrayCalls({ upstream }: Scene): string[] {
  return upstream.calls.flatMap(({ method, url, headers }) => {
    const isFile = url.startsWith("/v3.fal.media/files/") && method === "GET";
    const isCall = /^\/(queue\.fal\.run\/fal-ai\/minimax|rest\.fal\.ai\/storage\/upload\/init)/;
    const key = isFile ? undefined : `Key ${secrets.key}`;
    // A browser's upload, and the prices, which are public.
    if (/^\/(v3\.fal\.media\/upload\/|api\.fal\.ai\/v1\/models\/pricing\?)/.test(url)) return [];
    if (!isFile && !isCall.test(url)) return [`a stray call upstream: ${method} ${url}`];
    return headers.authorization === key && !headers.cookie
      ? []
      : [`a call upstream with other credentials than the server's: ${method} ${url}`];
  });
}

async function findLeaks({ answers, open, closed }: Scene): Promise<string[]> {
  const values = Object.entries(secrets);
  const keptIn = (place: string, text: string) =>
    values.filter(([, value]) => text.includes(value)).map(([name]) => `the ${name} in ${place}`);
  const found = new Set(answers.flatMap((answer) => keptIn("an answer", textOf(answer))));
  for (const app of [open, closed]) {
    for (const fault of findLogFaults(app.output())) found.add(fault);
    for (const fault of keptIn("the log", app.output())) found.add(fault);
    // A prompt is its writer's own.
    if (/window\.abused|\[Push in\] a rocket/.test(app.output())) found.add("a prompt in the log");
  }
  const folder = resolve(import.meta.dirname, "../../.next/static");
  for (const name of await readdir(folder, { recursive: true })) {
    if (!/\.(js|css|json|map|html)$/.test(name)) continue;
    const text = await readFile(join(folder, name), "utf8");
    for (const fault of keptIn(`.next/static/${name}`, text)) found.add(fault);
    for (const word of ["FAL_KEY", "SESSION_SECRET", "ACCESS_PASSWORD", "DATABASE_URL"])
      if (text.includes(`process.env.${word}`)) found.add(`${word} in .next/static/${name}`);
  }
  return [...found];
}

function textOf({ headers, text }: Answer): string {
  return `${headers}\n${text}`;
}
