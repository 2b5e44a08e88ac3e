import { z } from "zod/mini";
import type { Generation } from "@/lib/generation";
import { generationSchema } from "@/lib/generation-schema";
import { AppError } from "@/lib/problems";
import { askForStream } from "../http/ask";
import { callApi, toAppError } from "./call";

const pageSchema = z.object({
  items: z.array(generationSchema),
  nextCursor: z.nullable(z.string()),
});

export type LibraryPage = { items: Generation[]; nextCursor: string | null };

/** A page of this browser's generations, newest first. Throws when the server does not answer as it should. */
export async function readPage(
  cursor?: string,
  query?: { q: string; filter: string },
): Promise<LibraryPage> {
  const wanted = Object.entries({ cursor, ...query }).filter(([, value]) => value);
  const search = new URLSearchParams(wanted as [string, string][]).toString();
  return pageSchema.parse(await callApi(`/api/generations${search && `?${search}`}`));
}

/** Returns `undefined` if it was deleted. Throws as `callApi` does. */
export async function readGeneration(id: string): Promise<Generation | undefined> {
  try {
    return generationSchema.parse(await callApi(`/api/generations/${id}`));
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return undefined;
    throw error;
  }
}

/** Opens the stream of the library's events after `lastId`. The caller reads the body. Throws as `callApi` does. */
export async function openEventStream(
  lastId: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const headers = { accept: "text/event-stream", ...(lastId && { "last-event-id": lastId }) };
  const response = await askForStream("/api/generations/events", { headers, signal });
  if (response.ok) return response;
  throw toAppError(await response.json());
}

/** Stars it, or changes its title; an empty title removes the title. */
export async function changeWords(
  id: string,
  words: { title?: string; isStarred?: boolean },
): Promise<Generation> {
  return generationSchema.parse(await send(`/api/generations/${id}`, "PATCH", words));
}

const removalSchema = z.object({
  id: z.string(),
  ids: z.array(z.string()),
  undoSeconds: z.number(),
});

export async function removeGenerations(ids: readonly string[]) {
  return removalSchema.parse(await send("/api/removals", "POST", { generations: ids }));
}

export async function removeNotMade() {
  return removalSchema.parse(await send("/api/removals", "POST", { filter: "not-made" }));
}

/** Takes links back. `ids` are the generations of the links. */
export async function removeShares(ids: readonly string[]) {
  return removalSchema.parse(await send("/api/removals", "POST", { shares: ids }));
}

/** Throws `not_found` when it is erased. */
export async function undoRemoval(id: string): Promise<void> {
  await callApi(`/api/removals/${id}`, { method: "DELETE" });
}

function send(path: string, method: string, body: unknown): Promise<unknown> {
  return callApi(path, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
