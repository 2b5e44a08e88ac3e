import "server-only";
import path from "node:path";
import { z } from "zod";

const httpUrl = z.url({ protocol: /^https?$/ });
const flag = z.stringbool({ truthy: ["true", "1"], falsy: ["false", "0"] });

type Guards = {
  NODE_ENV: string;
  FAL_KEY?: string;
  ACCESS_PASSWORD?: string;
  ALLOW_PUBLIC: boolean;
};

function isKeyGuarded({ NODE_ENV, FAL_KEY, ACCESS_PASSWORD, ALLOW_PUBLIC }: Guards): boolean {
  return NODE_ENV !== "production" || !FAL_KEY || ALLOW_PUBLIC || ACCESS_PASSWORD !== undefined;
}

const envSchema = z
  .object({
    NODE_ENV: z.string().default("development"),
    FAL_KEY: z.string().trim().min(1).optional(),
    FAL_UPSTREAM: httpUrl.transform((url) => url.replace(/\/+$/, "")).optional(),
    PUBLIC_URL: httpUrl.transform((url) => new URL(url).origin).optional(),
    FAL_WEBHOOK_JWKS_URL: httpUrl.optional(),
    DATABASE_URL: z
      .string()
      .regex(/^(file:.|postgres(ql)?:\/\/.)/, "file:… or postgres://…")
      .default("file:data/firstframe.db"),
    MEDIA_URL: z
      .string()
      .regex(/^(file:.|s3:\/\/[^/]+)/, "file:… or s3://bucket/prefix")
      .default("file:data/media"),
    SESSION_SECRET: z.string().min(32, "at least 32 characters").optional(),
    ACCESS_PASSWORD: z.string().min(8, "at least 8 characters").max(200).optional(),
    ALLOW_PUBLIC: flag.default(false),
    TRUST_PROXY: flag.default(false),
    LOG_LEVEL: z.enum(["silent", "error", "warn", "info", "debug"]).default("info"),
    LOCAL_FAL_CONCURRENCY: z.coerce.number().int().min(1).max(16).default(1),
  })
  .refine(isKeyGuarded, {
    path: ["FAL_KEY"],
    // Said even when another value is wrong, too.
    when: () => true,
    error:
      "with a key, everyone who can open this server spends your money. Set ACCESS_PASSWORD, or say by ALLOW_PUBLIC=true that this is all right.",
  });

export type Env = z.infer<typeof envSchema>;

/** Throws one message that names every mistake. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  // `FAL_KEY=` in a file means "not set": let the default apply.
  const filled = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const result = envSchema.safeParse(filled);
  if (result.success) return result.data;
  throw new Error(`Check the environment:\n${z.prettifyError(result.error)}`);
}

/** The folder for what is kept on this machine: beside the database, else beside the media. */
export function dataFolder({ DATABASE_URL, MEDIA_URL }: Env): string {
  const url = [DATABASE_URL, MEDIA_URL].find((url) => url.startsWith("file:"));
  return url ? path.dirname(path.resolve(url.slice("file:".length))) : path.resolve("data");
}

let env: Env | undefined;

// Read on first use, not on import: the app is built without secrets.
export function getEnv(): Env {
  env ??= parseEnv(process.env);
  return env;
}
