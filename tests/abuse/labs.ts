import { setTimeout as delay } from "node:timers/promises";
import { alikeEnv } from "./alike-env.ts";
import {
  appUrl,
  goodInput,
  type Run,
  readRun,
  secrets,
  signIn,
  submission,
  toProxy,
  visit,
} from "./asks.ts";
import type { Answer, Message } from "./client.ts";
import { type Stage, type StageOptions, startStage, type World } from "./stage.ts";
import {
  type AbuseUpstream,
  FILES,
  type Plan,
  startUpstream,
  type UpstreamOptions,
} from "./upstream.ts";

export type LabName = keyof typeof kinds;

/** An app for one theme, with an upstream and an owner of its own. */
export type Lab = Stage & {
  upstream: AbuseUpstream;
  /** Of its owner. */
  cookie: string;
  ask(path: string, message?: Message): Promise<Answer>;
  submit(options?: Submit): Promise<Answer>;
  finish(input?: object): Promise<Run>;
  share(run: Run, options?: object): Promise<string>;
};

export type Submit = Plan & {
  headers?: Record<string, string | string[]>;
  input?: object;
  from?: string;
};

type Kind = Omit<StageOptions, "env"> & {
  env: StageOptions["env"];
  upstream?: UpstreamOptions | "local";
};

const trusting = { TRUST_PROXY: "true", SESSION_SECRET: secrets.session };
const keyed = { ...trusting, FAL_KEY: secrets.key };
const generous = { BUDGET_USD_PER_DAY: "1000", STARTS_PER_MINUTE: "100000" };
const open = { ...keyed, ...generous, ALLOW_PUBLIC: "true", ALLOW_OWN_KEY: "true" };
const mean = { ...keyed, ALLOW_PUBLIC: "true", ALLOW_OWN_KEY: "true", BUDGET_USD_PER_DAY: "20" };

const kinds = {
  open: { env: open },
  shut: { env: { ...keyed, ...generous, ACCESS_PASSWORD: secrets.password } },
  /** As an operator sets it who fears for the money. */
  mean: {
    env: { ...mean, BUDGET_USD_PER_OWNER_PER_DAY: "0.5" },
    upstream: { key: secrets.key },
  },
  /** Four runs a day. */
  twoDollars: {
    env: { ...open, BUDGET_USD_PER_DAY: "2" },
    upstream: { key: secrets.key },
  },
  priceless: {
    env: { ...open, BUDGET_USD_PER_DAY: "2" },
    upstream: { key: secrets.key, usdPerVideo: 0 },
  },
  /** It renders by itself, for everyone. */
  local: { env: { ...trusting }, upstream: "local", hasFolder: true },
  localShut: {
    env: { ...trusting, ACCESS_PASSWORD: secrets.password },
    ...{ upstream: "local", hasFolder: true },
  },
  /** Nothing costs anything there, and it can't tell strangers apart. */
  alike: {
    env: {
      ...open,
      ...alikeEnv,
      ...{ FAL_KEY: "", MODEL_PRICES_USD: '{"fal-ai/minimax-video/image-to-video":0}' },
    },
  },
  localAlike: {
    env: { SESSION_SECRET: secrets.session, ...alikeEnv },
    ...{ upstream: "local", hasFolder: true },
  },
  /** Nobody told it its address. */
  nameless: {
    env: { ...open, TRUST_PROXY: "" },
    ...{ isBare: true, publicUrl: null },
  },
  https: { env: open, publicUrl: "https://film.example" },
  httpsShut: {
    env: { ...keyed, ...generous, ACCESS_PASSWORD: secrets.password },
    publicUrl: "https://film.example",
  },
} satisfies Record<string, Kind>;

const DONE_WITHIN_MS = 30_000;

export async function openLab(
  stack: AsyncDisposableStack,
  world: World,
  name: LabName,
): Promise<Lab> {
  const { upstream: options, env, ...rest }: Kind = kinds[name];
  const isLocal = options === "local";
  const upstream = stack.use(
    await startUpstream("http://127.0.0.1:9", isLocal ? undefined : options),
  );
  const stage = await startStage(stack, world, {
    ...rest,
    env: {
      ...env,
      ...(!isLocal && {
        FAL_UPSTREAM: upstream.origin,
        FAL_WEBHOOK_JWKS_URL: upstream.keysUrl,
      }),
    },
  });
  const cookie = await ("ACCESS_PASSWORD" in env ? signIn(stage) : visit(stage));
  return equip(stage, upstream, cookie);
}

function equip(stage: Stage, upstream: AbuseUpstream, cookie: string): Lab {
  async function submit({ headers, input = goodInput, from, ...plan }: Submit = {}) {
    upstream.planNext(plan);
    return stage.call({ ...submission({ headers: { cookie, ...headers }, input }), from });
  }

  async function finish(input: object = goodInput): Promise<Run> {
    const run = readRun(await submit({ input, videoUrl: `${FILES}/video.mp4` }));
    await stage.call(toProxy("GET", `${appUrl}/requests/${run.requestId}/status`, { cookie }));
    for (const deadline = Date.now() + DONE_WITHIN_MS; Date.now() < deadline; await delay(100)) {
      const { text } = await stage.call({
        path: `/api/generations/${run.id}`,
        headers: { cookie },
      });
      if ((JSON.parse(text) as { status: string }).status === "done") return run;
    }
    throw new Error(`A run did not end. The app printed:\n${stage.output().slice(-2000)}`);
  }

  return {
    ...{ ...stage, upstream, cookie, submit, finish },
    ask: (path, message = {}) =>
      stage.call({ ...message, path, headers: { cookie, ...message.headers } }),
    async share({ id }, options = {}) {
      const answer = await stage.call({
        method: "PUT",
        path: `/api/generations/${id}/share`,
        headers: { cookie, "content-type": "application/json" },
        body: JSON.stringify(options),
      });
      return (JSON.parse(answer.text) as { slug: string }).slug;
    },
  };
}
