import { z } from "zod/mini";
import type { SpendToday } from "@/lib/api/spend";
import type { Generation, Link, Share } from "@/lib/generation";
import { AppError, type ProblemCode, problems } from "@/lib/problems";
import { ask, askForStream } from "./ask";

const problemCode = z.enum(Object.keys(problems) as ProblemCode[]);
const problemSchema = z.object({
  code: problemCode,
  charged: z.enum(["no", "yes", "unknown"]),
  field: z.optional(z.string()),
  detail: z.optional(z.string()),
});
const sizeSchema = z.object({ width: z.number(), height: z.number() });
const videoSchema = z.object({
  url: z.string(),
  contentType: z.optional(z.string()),
  width: z.optional(z.number()),
  height: z.optional(z.number()),
  durationSeconds: z.optional(z.number()),
  bytes: z.optional(z.number()),
});
const shareSchema = z.object({
  slug: z.string(),
  url: z.string(),
  createdAt: z.string(),
  expiresAt: z.optional(z.string()),
  hasPassword: z.boolean(),
  hidePrompt: z.boolean(),
  allowDownload: z.boolean(),
  views: z.number(),
  lastSeenAt: z.optional(z.string()),
  reports: z.number(),
});
const started = { requestId: z.string(), startedAt: z.optional(z.string()) };
const unheard = { unheardSince: z.optional(z.string()), problem: z.optional(problemSchema) };
const settled = { settledAt: z.string() };

export const generationSchema = z.intersection(
  z.object({
    id: z.string(),
    click: z.string(),
    model: z.string(),
    input: z.object({
      prompt: z.string(),
      image_url: z.optional(z.string()),
      end_image_url: z.optional(z.string()),
      prompt_optimizer: z.boolean(),
      duration: z.optional(z.string()),
      resolution: z.optional(z.string()),
    }),
    picture: z.optional(sizeSchema),
    poster: z.optional(z.string()),
    thumbnail: z.optional(z.string()),
    cost: z.object({ usd: z.number(), charged: z.enum(["no", "yes", "unknown"]) }),
    share: z.optional(shareSchema),
    createdAt: z.string(),
  }),
  z.discriminatedUnion("status", [
    z.object({ status: z.literal("submitting") }),
    z.object({
      status: z.literal("queued"),
      requestId: z.string(),
      position: z.optional(z.number()),
      ...unheard,
    }),
    z.object({
      status: z.literal("running"),
      requestId: z.string(),
      startedAt: z.string(),
      ...unheard,
    }),
    z.object({
      status: z.literal("archiving"),
      video: videoSchema,
      problem: z.optional(problemSchema),
      ...started,
    }),
    z.object({ status: z.literal("done"), video: videoSchema, ...started, ...settled }),
    z.object({
      status: z.literal("failed"),
      problem: problemSchema,
      video: z.optional(videoSchema),
      ...started,
      ...settled,
    }),
    z.object({
      status: z.literal("cancelled"),
      charged: z.optional(z.enum(["no", "yes", "unknown"])),
      ...started,
      ...settled,
    }),
    z.object({ status: z.literal("refused"), problem: problemSchema, ...settled }),
    z.object({ status: z.literal("unconfirmed"), problem: problemSchema, ...settled }),
  ]),
);

const pageSchema = z.object({
  items: z.array(generationSchema),
  nextCursor: z.nullable(z.string()),
});

export type LibraryPage = { items: Generation[]; nextCursor: string | null };

/** A page of this browser's generations, newest first. Throws when the server does not answer as it should. */
export async function readPage(cursor?: string): Promise<LibraryPage> {
  const query = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
  return pageSchema.parse(await call(`/api/generations${query}`));
}

/** `undefined` when it was deleted. */
export async function readGeneration(id: string): Promise<Generation | undefined> {
  try {
    return generationSchema.parse(await call(`/api/generations/${id}`));
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return undefined;
    throw error;
  }
}

/** The stream of what changes in the library, from the event after `lastId` on. Its body has to be read by the caller. */
export async function openEventStream(
  lastId: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const headers = { accept: "text/event-stream", ...(lastId && { "last-event-id": lastId }) };
  const response = await askForStream("/api/generations/events", { headers, signal });
  if (response.ok) return response;
  throw toAppError(await response.json());
}

/** Its record, video and poster. No error when it is gone already. */
export async function deleteGeneration(id: string): Promise<void> {
  try {
    await call(`/api/generations/${id}`, { method: "DELETE" });
  } catch (error) {
    if (!(error instanceof AppError && error.code === "not_found")) throw error;
  }
}

/** What is absent stays as it is; `null` takes it away. */
export type ShareOptions = {
  password?: string | null;
  expiresInHours?: number | null;
  hidePrompt?: boolean;
  allowDownload?: boolean;
};

/** Makes the link of a generation, or changes what is named. */
export async function publishShare(id: string, options: ShareOptions): Promise<Share> {
  return shareSchema.parse(
    await call(`/api/generations/${id}/share`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(options),
    }),
  );
}

const linksSchema = z.object({
  items: z.array(z.object({ generationId: z.string(), prompt: z.string(), share: shareSchema })),
});

export async function readLinks(): Promise<Link[]> {
  return linksSchema.parse(await call("/api/shares")).items;
}

/** Takes the link back for good. */
export async function revokeShare(id: string): Promise<void> {
  await call(`/api/generations/${id}/share`, { method: "DELETE" });
}

const spendSchema = z.object({
  day: z.string(),
  usd: z.number(),
  leftUsd: z.optional(z.number()),
});

/** What today's runs cost, and what is left of the budget. */
export async function readSpend(): Promise<SpendToday> {
  return spendSchema.parse(await call("/api/spend"));
}

const errorSchema = z.object({ error: z.object({ code: problemCode }) });

async function call(path: string, init?: RequestInit, silentMs?: number): Promise<unknown> {
  const response = await ask(path, { cache: "no-store", ...init }, silentMs);
  if (response.status === 204) return undefined;
  const body: unknown = await response.json();
  if (response.ok) return body;
  throw toAppError(body);
}

function toAppError(body: unknown): AppError {
  const known = errorSchema.safeParse(body);
  return new AppError(known.success ? known.data.error.code : "internal");
}
