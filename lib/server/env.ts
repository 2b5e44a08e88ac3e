import "server-only";
import { isIP } from "node:net";
import path from "node:path";
import { z } from "zod";
import { findUnsafe } from "./process/start-rules.ts";

const httpUrl = z.url({
  protocol: /^https?$/,
  error: "an address such as https://film.example, with http:// or https://",
});
const NO_PATH =
  "an address without a path, such as https://film.example: Firstframe can't be served below a path. Give it a host name of its own";
const flag = z.stringbool({ truthy: ["true", "1"], falsy: ["false", "0"] });
const usd = above0("dollars");
const pricesSchema = z.record(z.string(), z.number().nonnegative());

function above0(unit: string) {
  const error = `a number of ${unit} above 0`;
  return z.coerce.number({ error }).positive({ error });
}

function whole(least: number, most = Number.MAX_SAFE_INTEGER) {
  const end = most === Number.MAX_SAFE_INTEGER ? "on" : `to ${most}`;
  const error = `a whole number from ${least} ${end}`;
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error });
}

// What has digits and dots alone is meant as an address.
function isHost(text: string): boolean {
  return isIP(text) !== 0 || (/^[\w-]+(\.[\w-]+)*$/.test(text) && !/^[\d.]+$/.test(text));
}

function pathOf(url: string): string {
  const { pathname = "", search = "", hash = "" } = URL.parse(url) ?? {};
  return `${pathname}${search}${hash}`;
}

function parsePrices(text: string, context: z.RefinementCtx): Record<string, number> {
  try {
    return pricesSchema.parse(JSON.parse(text));
  } catch {
    context.addIssue('as JSON, such as {"fal-ai/minimax-video/image-to-video": 0.5}');
    return z.NEVER;
  }
}

/** Reads one secret, or several between commas, newest first. If a part is too short, the comma belongs to one secret. */
export function readSecrets(text: string): readonly string[] {
  const secrets = text.split(",").map((secret) => secret.trim());
  return secrets.every(({ length }) => length >= 32) ? secrets : [text];
}

const envSchema = z.object({
  NODE_ENV: z.string().default("development"),
  HOST: z
    .string()
    .refine(isHost, "a host name or an address of this machine, such as 0.0.0.0")
    .default("127.0.0.1"),
  PORT: whole(0, 65_535).default(3000),
  FAL_KEY: z.string().trim().min(1).optional(),
  FAL_UPSTREAM: httpUrl.transform((url) => url.replace(/\/+$/, "")).optional(),
  PUBLIC_URL: httpUrl
    .refine((url) => /^\/?$/.test(pathOf(url)), NO_PATH)
    .transform((url) => new URL(url).origin)
    .optional(),
  FAL_WEBHOOK_JWKS_URL: httpUrl.optional(),
  DATABASE_URL: z
    .string()
    .regex(/^(file:.|postgres(ql)?:\/\/.)/, "file:… or postgres://…")
    .default("file:data/firstframe.db"),
  DATABASE_DIRECT_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/./, "postgres://…")
    .optional(),
  DATABASE_POOL_SIZE: whole(1, 500).default(10),
  DATABASE_TIMEOUT_MS: whole(100, 600_000).default(8_000),
  MEDIA_URL: z
    .string()
    .regex(/^(file:.|s3:\/\/[^/]+)/, "file:… or s3://bucket/prefix")
    .default("file:data/media"),
  SESSION_SECRET: z
    .string()
    .min(32, "at least 32 characters")
    .transform((text) => readSecrets(text))
    .optional(),
  ACCESS_PASSWORD: z.string().min(8, "at least 8 characters").max(200).optional(),
  ALLOW_PUBLIC: flag.default(false),
  ALLOW_OWN_KEY: flag.default(false),
  BUDGET_USD_PER_DAY: usd.optional(),
  BUDGET_USD_PER_OWNER_PER_DAY: usd.optional(),
  MODEL_PRICES_USD: z
    .string()
    .transform((text, context) => parsePrices(text, context))
    .default({}),
  STARTS_PER_MINUTE: whole(1).default(30),
  UPLOAD_MB_PER_DAY: whole(1).default(300),
  WAITING_PER_OWNER: whole(1).default(20),
  MEDIA_DELIVERY: z.enum(["stream", "accel"]).default("stream"),
  WORKER: z.enum(["on", "only", "off"]).default("on"),
  TRUST_PROXY: flag.default(false),
  ALLOWED_HOSTS: z
    .string()
    .transform((text) =>
      text
        .toLowerCase()
        .split(/[\s,]+/)
        .filter(Boolean),
    )
    .default([]),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  KEEP_DAYS: whole(1, 36_500).optional(),
  MEDIA_QUOTA_GB: above0("gigabytes").optional(),
  MEDIA_QUOTA_GB_PER_OWNER: above0("gigabytes").optional(),
  METRICS_TOKEN: z.string().min(16, "at least 16 characters").optional(),
  HTTPS_PROXY: httpUrl.optional(),
  HTTP_PROXY: httpUrl.optional(),
  https_proxy: httpUrl.optional(),
  http_proxy: httpUrl.optional(),
  NO_PROXY: z.string().optional(),
  no_proxy: z.string().optional(),
  LOG_LEVEL: z.enum(["silent", "error", "warn", "info", "debug"]).default("info"),
  LOG_PROMPTS: flag.default(false),
  LOCAL_FAL_CONCURRENCY: whole(1, 16).default(1),
});

export type Env = z.infer<typeof envSchema>;

/** Parses the environment. Throws one error whose message names every mistake. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  // `FAL_KEY=` in a file means "not set": let the default apply.
  const filled = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const result = envSchema.safeParse(filled);
  const mistakes = [
    ...(result.success ? [] : [z.prettifyError(result.error)]),
    ...findUnsafe(filled).map(({ variable, message }) => `✖ ${message}\n  → at ${variable}`),
  ];
  if (result.success && mistakes.length === 0) return result.data;
  throw new Error(`Check the environment:\n${mistakes.join("\n")}`);
}

/** Returns the folder for files on this machine: the one of the database, or else the parent folder of the media. */
export function dataFolder({ DATABASE_URL, MEDIA_URL }: Env): string {
  const url = [DATABASE_URL, MEDIA_URL].find((url) => url.startsWith("file:"));
  return url ? path.dirname(path.resolve(url.slice("file:".length))) : path.resolve("data");
}

let env: Env | undefined;

// The environment is read on first use and not on import, because the app is built without secrets.
export function getEnv(): Env {
  env ??= parseEnv(process.env);
  return env;
}
