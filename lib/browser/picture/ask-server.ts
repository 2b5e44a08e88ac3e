import { z } from "zod/mini";
import type { Area } from "@/lib/picture/fit";
import { shortenName } from "@/lib/picture/name";
import type { Wish } from "@/lib/picture/prepare";
import { Refusal } from "@/lib/picture/refusal";
import { type ProblemCode, problems } from "@/lib/problems";
import { ask, toLineProblem } from "../http/ask";
import { fetchLarge } from "../http/fetch-large";
import type { Report } from "./order";

// All of the picture is sent before anything comes back, and nothing is heard of a request on its way.
const ANSWERED_WITHIN_MS = 10 * 60_000;

const sizeFields = { width: z.number(), height: z.number() };
const reportSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("too-long"), size: z.object(sizeFields) }),
  z.object({
    kind: z.literal("ready"),
    ...sizeFields,
    isSeeThrough: z.boolean(),
    notes: z.array(
      z.object({ code: z.string(), values: z.optional(z.record(z.string(), z.any())) }),
    ),
  }),
]);

/** Has this server prepare a picture from its bytes. Throws `Refusal` for what it says of the picture. */
export async function askServer(file: File, wish: Wish, part?: Area): Promise<Report> {
  const query = new URLSearchParams({
    longSide: String(wish.longSide),
    background: wish.background,
    ...(part && { part: [part.x, part.y, part.width, part.height].map(Math.round).join() }),
  });
  const init = {
    method: "POST",
    body: file,
    headers: { "content-type": "application/octet-stream" },
  };
  const url = `/api/pictures/prepared?${query}`;
  const response = await ask(url, init, ANSWERED_WITHIN_MS, fetchLarge).catch((error: unknown) => {
    throw new Refusal(toLineProblem(error).code);
  });
  if (!response.ok) throw new Refusal(await readCode(response));
  const form = await response.formData();
  const report = reportSchema.parse(JSON.parse(String(form.get("report"))));
  if (report.kind === "too-long") return { ...report, preview: form.get("preview") as File };
  const { kind, notes, ...told } = report;
  const picture = form.get("picture") as File;
  const name = file.name.replace(/\.\w+$/, "") + picture.name.slice(picture.name.lastIndexOf("."));
  return {
    kind,
    picture: {
      ...told,
      notes: notes as never,
      file: new File([picture], shortenName(name), { type: picture.type }),
      thumbnail: form.get("thumbnail") as File,
    },
  };
}

async function readCode(response: Response): Promise<ProblemCode> {
  const body = (await response.json().catch(() => undefined)) as
    | { error?: { code?: string } }
    | undefined;
  const code = body?.error?.code ?? "";
  if (code === "body_too_large") return "picture_too_heavy";
  return code in problems ? (code as ProblemCode) : "internal";
}
