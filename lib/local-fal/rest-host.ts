import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { publicBase, toFileUrl } from "./address.ts";
import { requireKey } from "./auth.ts";
import type { FileStore } from "./files.ts";

const initiateSchema = z.object({
  content_type: z.string().default("application/octet-stream"),
  file_name: z.string().default("file"),
});

/** rest.fal.ai: hands out the address that a file's bytes are then sent to. */
export function createRestHost(files: FileStore) {
  return new Hono()
    .use(requireKey(() => "Authorization header is required"))
    .post("/storage/upload/initiate", bodyLimit({ maxSize: 64 * 1024 }), async (c) => {
      if (c.req.query("storage_type") !== "fal-cdn-v3") {
        return c.json({ detail: "Unsupported storage_type: use fal-cdn-v3" }, 400);
      }
      const body = initiateSchema.safeParse(await c.req.json().catch(() => undefined));
      if (!body.success) return c.json({ detail: z.prettifyError(body.error) }, 422);

      const file = await files.create(body.data.file_name, body.data.content_type);
      const fileUrl = toFileUrl(publicBase(c), file);
      return c.json({ file_url: fileUrl, upload_url: `${fileUrl}?token=${file.uploadToken}` });
    });
}
