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

/** Reads a page of this browser's generations, newest first. Throws as `callApi` does. */
export async function readPage(cursor?: string): Promise<LibraryPage> {
  const query = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
  return pageSchema.parse(await callApi(`/api/generations${query}`));
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

/** Deletes a generation with its video and poster. It is no error if it was deleted before. */
export async function deleteGeneration(id: string): Promise<void> {
  try {
    await callApi(`/api/generations/${id}`, { method: "DELETE" });
  } catch (error) {
    if (!(error instanceof AppError && error.code === "not_found")) throw error;
  }
}
