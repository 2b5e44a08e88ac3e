import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { hosts, publicBase, toFileUrl } from "./address.ts";
import { requireKey } from "./auth.ts";
import type { FileStore } from "./files.ts";
import { parseLifecycle } from "./lifecycle.ts";
import type { Tokens } from "./tokens.ts";

const initiateSchema = z.object({
  content_type: z.string().default("application/octet-stream"),
  file_name: z.string().default("file"),
});

const tokenSchema = z.object({
  allowed_apps: z.array(z.string().min(1)).min(1),
  token_expiration: z.number().int().positive().default(120),
});

const FILE_TOKEN_SECONDS = 60 * 60;
const wrongStorage = { detail: "Unsupported storage_type: use fal-cdn-v3" };

/** rest.fal.ai: gives out upload addresses, and tokens that replace a key. */
export function createRestHost(files: FileStore, tokens: Tokens, now: () => Date) {
  return new Hono()
    .use(requireKey(() => "Authorization header is required"))
    .use(bodyLimit({ maxSize: 64 * 1024 }))
    .post("/storage/upload/initiate", (c) => initiate(c, files, false))
    .post("/storage/upload/initiate-multipart", (c) => initiate(c, files, true))
    .post("/storage/auth/token", (c) => {
      if (!isFalCdn(c)) return c.json(wrongStorage, 400);
      return c.json({
        token: tokens.issueForFiles(FILE_TOKEN_SECONDS),
        token_type: "Bearer",
        base_url: `${publicBase(c)}/${hosts.files[1]}`,
        expires_at: new Date(now().getTime() + FILE_TOKEN_SECONDS * 1000).toISOString(),
      });
    })
    .post("/tokens/", (c) => issueToken(c, tokens))
    .post("/tokens", (c) => issueToken(c, tokens));
}

async function initiate(c: Context, files: FileStore, isMultipart: boolean) {
  if (!isFalCdn(c)) return c.json(wrongStorage, 400);
  const body = initiateSchema.safeParse(await c.req.json().catch(() => undefined));
  if (!body.success) return c.json({ detail: z.prettifyError(body.error) }, 422);
  const lifecycle = parseLifecycle(c.req.header("x-fal-object-lifecycle"));
  // If the header is mistyped, the file must not become public by mistake.
  if (!lifecycle) return c.json({ detail: "X-Fal-Object-Lifecycle can't be read" }, 422);

  const { file_name: name, content_type: type } = body.data;
  const file = await files.create(name, type, { lifecycle, isMultipart });
  const fileUrl = toFileUrl(publicBase(c), file);
  return c.json({ file_url: fileUrl, upload_url: `${fileUrl}?token=${file.uploadToken}` });
}

async function issueToken(c: Context, tokens: Tokens) {
  const body = tokenSchema.safeParse(await c.req.json().catch(() => undefined));
  if (!body.success) return c.json({ detail: z.prettifyError(body.error) }, 422);
  const { allowed_apps: apps, token_expiration: seconds } = body.data;
  return c.json(tokens.issueForApps(apps, seconds));
}

function isFalCdn(c: Context): boolean {
  return c.req.query("storage_type") === "fal-cdn-v3";
}
