import { setTimeout as delay } from "node:timers/promises";
import {
  appUrl,
  goodInput,
  hostilePrompt,
  json,
  type Run,
  readRun,
  secrets,
  signIn,
  submission,
  toProxy,
  visit,
} from "./asks.ts";
import { openBrowser, type WatchedPage } from "./browser.ts";
import type { Answer, Message } from "./client.ts";
import { type Figures, openFigures } from "./figures.ts";
import { type Lab, type LabName, openLab } from "./labs.ts";
import { openWorld, type SceneOptions, type Stage, startStage, type World } from "./stage.ts";
import { type AbuseUpstream, type Canary, FILES, startCanary, startUpstream } from "./upstream.ts";

export type Scene = {
  world: World;
  figures: Figures;
  /** Open to everyone, with a key. */
  open: Stage;
  /** The same behind a password. */
  closed: Stage;
  upstream: AbuseUpstream;
  canary: Canary;
  /** The cookies of three browsers: two of the open app, one signed in to the closed one. */
  victim: string;
  attacker: string;
  insider: string;
  /** The victim's runs; `hostile` has the hostile prompt. */
  done: Run;
  running: Run;
  hostile: Run;
  revoked: Run;
  attackersOwn: Run;
  slugs: { locked: string; hostile: string; revoked: string };
  /** Every answer so far. */
  answers: Answer[];
  call(message: Message): Promise<Answer>;
  callClosed(message: Message): Promise<Answer>;
  callBytes(bytes: string | Uint8Array): Promise<Answer[]>;
  /** Starts a run as this owner may, and has the watcher leave it alone. */
  start(cookie: string, options?: StartOptions): Promise<Answer>;
  park(id: string): Promise<void>;
  /** An app apart, for what would be in the others' way; it ends with the theme. */
  lab(name: LabName): Promise<Lab>;
  closeLabs(): Promise<void>;
  openPage(cookie: string): Promise<WatchedPage>;
};

export type StartOptions = {
  headers?: Record<string, string | string[]>;
  input?: object;
  videoUrl?: string;
  isWatched?: boolean;
};

/** Two apps, two owners, and everything that someone else might want to have. */
export async function setScene(stack: AsyncDisposableStack, options: SceneOptions): Promise<Scene> {
  const world = await openWorld(stack, options);
  const canary = stack.use(await startCanary());
  const upstream = stack.use(await startUpstream(canary.origin));
  const common = {
    FAL_KEY: secrets.key,
    FAL_UPSTREAM: upstream.origin,
    FAL_WEBHOOK_JWKS_URL: upstream.keysUrl,
    SESSION_SECRET: secrets.session,
    BUDGET_USD_PER_DAY: "1000",
    STARTS_PER_MINUTE: "100000",
    ALLOW_OWN_KEY: "true",
  };
  const [open, closed] = await Promise.all([
    startStage(stack, world, { env: { ...common, ALLOW_PUBLIC: "true" } }),
    startStage(stack, world, { env: { ...common, ACCESS_PASSWORD: secrets.password } }),
  ]);
  const { answers } = world;
  const { call } = open;

  async function start(cookie: string, options: StartOptions = {}): Promise<Answer> {
    const { headers, input = goodInput, videoUrl, isWatched = false } = options;
    upstream.planNext({ videoUrl });
    const answer = await call(submission({ headers: { cookie, ...headers }, input }));
    if (answer.status === 200 && !isWatched) await park(readRun(answer).id);
    return answer;
  }

  const park = (id: string) => open.store.park(id);

  async function finish(cookie: string, input: object): Promise<Run> {
    const videoUrl = `${FILES}/video.mp4`;
    const run = readRun(await start(cookie, { input, videoUrl, isWatched: true }));
    const target = `${appUrl}/requests/${run.requestId}/status`;
    await call(toProxy("GET", target, { cookie }));
    await waitUntilDone(run, cookie);
    return run;
  }

  async function waitUntilDone({ id }: Run, cookie: string) {
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; await delay(50)) {
      const { text } = await call({ path: `/api/generations/${id}`, headers: { cookie } });
      if (JSON.parse(text).status === "done") return;
    }
    throw new Error(`The scene can't be set. The app printed:\n${open.output()}`);
  }

  async function share(cookie: string, { id }: Run, options: object): Promise<string> {
    const headers = { cookie, ...json };
    const path = `/api/generations/${id}/share`;
    const answer = await call({ method: "PUT", path, headers, body: JSON.stringify(options) });
    return (JSON.parse(answer.text) as { slug: string }).slug;
  }

  const [victim, attacker] = await Promise.all([visit(open), visit(open)]);
  const insider = await signIn(closed);
  const done = await finish(victim, goodInput);
  const hostile = await finish(victim, { ...goodInput, prompt: hostilePrompt });
  const revoked = await finish(victim, goodInput);
  const attackersOwn = await finish(attacker, goodInput);
  const running = readRun(await start(victim));
  // Written down as running now, so that to ask again changes nothing.
  const status = `${appUrl}/requests/${running.requestId}/status`;
  await call(toProxy("GET", status, { cookie: victim }));
  await park(running.id);
  const slugs = {
    locked: await share(victim, done, { password: secrets.share }),
    hostile: await share(victim, hostile, {}),
    revoked: await share(victim, revoked, {}),
  };
  const path = `/api/generations/${revoked.id}/share`;
  await call({ method: "DELETE", path, headers: { cookie: victim } });
  // Its own answers so far name what is its owner's to know.
  answers.length = 0;

  const labs = new Map<LabName, Promise<Lab>>();
  let labStack = stack.use(new AsyncDisposableStack());
  return {
    ...{ world, open, closed, upstream, canary, victim, attacker, insider },
    ...{ done, running, hostile, revoked, attackersOwn, slugs, answers },
    ...{ call, start, park, figures: openFigures() },
    openPage: openBrowser(stack, open.origin),
    callClosed: closed.call,
    callBytes: open.callBytes,
    lab(name) {
      const opened = labs.get(name) ?? openLab(labStack, world, name);
      labs.set(name, opened);
      return opened;
    },
    async closeLabs() {
      labs.clear();
      await labStack.disposeAsync();
      labStack = stack.use(new AsyncDisposableStack());
    },
  };
}
