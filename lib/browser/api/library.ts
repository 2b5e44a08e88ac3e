import { z } from "zod/mini";
import type { SpendToday } from "@/lib/api/spend";
import type { Generation, Link, Share } from "@/lib/generation";
import {
  generationSchema,
  linkSchema,
  problemCodeSchema,
  shareSchema,
} from "@/lib/generation-schema";
import { AppError } from "@/lib/problems";
import { ask, askForStream } from "../http/ask";

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

const linksSchema = z.object({ items: z.array(linkSchema) });

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

const errorSchema = z.object({ error: z.object({ code: problemCodeSchema }) });

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
