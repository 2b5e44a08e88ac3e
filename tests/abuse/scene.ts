import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import Database from "better-sqlite3";
import { type AppServer, type Environment, startAppServer } from "../e2e/app-server.ts";
import { openBrowser, type WatchedPage } from "./browser.ts";
import { type Answer, type Message, send, sendBytes } from "./client.ts";
import { type AbuseUpstream, type Canary, FILES, startCanary, startUpstream } from "./upstream.ts";

export type Run = { id: string; requestId: string };

/** One running app with its folder. */
export type Stage = AppServer & { folder: string };

export type Scene = {
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
  park(id: string): void;
  openPage(cookie: string): Promise<WatchedPage>;
};

export type StartOptions = {
  headers?: Record<string, string | string[]>;
  input?: object;
  videoUrl?: string;
  isWatched?: boolean;
};

export const secrets = {
  key: "fal-key-id-4f1c:fal-key-secret-93aa7be1",
  session: "session-secret-0a9b8c7d6e5f4a3b2c1d0e9f",
  password: "correct horse battery staple",
  share: "tr0ub4dor-and-3",
};

export const model = "fal-ai/minimax-video/image-to-video";
export const submitUrl = `https://queue.fal.run/${model}`;
export const appUrl = "https://queue.fal.run/fal-ai/minimax-video";
export const initiateUrl = "https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3";
export const pictureUrl = `${FILES}/picture.jpg`;
export const goodInput = { prompt: "[Push in] a rocket", image_url: pictureUrl };
export const hostilePrompt =
  `"'></title></script><script>window.abused=1</script><img src=x onerror="window.abused=1">` +
  "<svg onload=window.abused=1><a href='javascript:window.abused=1'>{{7*7}}\u2028\n{\"level\":60}\u001b[31m";

const json = { "content-type": "application/json" };

/** Two apps, two owners, and everything that someone else might want to have. */
export async function setScene(stack: AsyncDisposableStack): Promise<Scene> {
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
    startStage(stack, { ...common, ALLOW_PUBLIC: "true" }),
    startStage(stack, { ...common, ACCESS_PASSWORD: secrets.password }),
  ]);

  const answers: Answer[] = [];
  const note = async <T extends Answer | Answer[]>(asked: Promise<T>): Promise<T> => {
    const answer = await asked;
    answers.push(...[answer].flat());
    return answer;
  };
  const call = (message: Message) => note(send(open.origin, message));

  async function start(cookie: string, options: StartOptions = {}): Promise<Answer> {
    const { headers, input = goodInput, videoUrl, isWatched = false } = options;
    upstream.planNext({ videoUrl });
    const answer = await call(submission({ headers: { cookie, ...headers }, input }));
    if (answer.status === 200 && !isWatched) park(readRun(answer).id);
    return answer;
  }

  function park(id: string) {
    const database = new Database(join(open.folder, "firstframe.db"));
    database.prepare("update generations set check_at = null where id = ?").run(id);
    database.close();
  }

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
  park(running.id);
  const slugs = {
    locked: await share(victim, done, { password: secrets.share }),
    hostile: await share(victim, hostile, {}),
    revoked: await share(victim, revoked, {}),
  };
  const path = `/api/generations/${revoked.id}/share`;
  await call({ method: "DELETE", path, headers: { cookie: victim } });
  // Its own answers so far name what is its owner's to know.
  answers.length = 0;

  return {
    ...{ open, closed, upstream, canary, victim, attacker, insider },
    ...{ done, running, hostile, revoked, attackersOwn, slugs, answers },
    ...{ call, start, park },
    openPage: openBrowser(stack, open.origin),
    callClosed: (message) => note(send(closed.origin, message)),
    callBytes: (bytes) => note(sendBytes(open.origin, bytes)),
  };
}

export function toProxy(
  method: string,
  target: string | undefined,
  headers: Record<string, string | string[]> = {},
  body?: string | Uint8Array,
): Message {
  return {
    method,
    path: "/api/fal/proxy",
    headers: { ...(target !== undefined && { "x-fal-target-url": target }), ...json, ...headers },
    ...(body !== undefined && { body }),
  };
}

export function submission({
  target = submitUrl,
  headers = {},
  input = goodInput,
}: {
  target?: string;
  headers?: Record<string, string | string[]>;
  input?: object;
}): Message {
  return toProxy("POST", target, headers, JSON.stringify(input));
}

export function readRun({ status, text }: Answer): Run {
  if (status !== 200) throw new Error(`The run was not taken: ${status} ${text}`);
  const { generation_id, request_id } = JSON.parse(text) as Record<string, string>;
  return { id: generation_id ?? "", requestId: request_id ?? "" };
}

async function startStage(stack: AsyncDisposableStack, env: Environment): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "firstframe-abuse-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const app = await startAppServer((origin) => ({
    ...env,
    PUBLIC_URL: origin,
    DATABASE_URL: `file:${join(folder, "firstframe.db")}`,
    MEDIA_URL: `file:${join(folder, "media")}`,
  }));
  stack.defer(() => app.stop());
  return { ...app, folder };
}

async function visit(app: AppServer): Promise<string> {
  return readCookie(await send(app.origin));
}

async function signIn(app: AppServer): Promise<string> {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams({ password: secrets.password }).toString();
  return readCookie(await send(app.origin, { method: "POST", path: "/login", headers, body }));
}

function readCookie({ headers, text }: Answer): string {
  const [, cookie] = /^set-cookie: (firstframe-\d+=[^;\s]+)/im.exec(headers) ?? [];
  if (!cookie) throw new Error(`There is no session in this answer:\n${headers}\n${text}`);
  return cookie;
}
