import { z } from "zod/mini";
import { problemCodeSchema } from "@/lib/generation-schema";
import { AppError } from "@/lib/problems";
import { ask } from "../http/ask";

/**
 * Calls a route of this server and returns the JSON of its answer; `undefined` if the answer has none. Throws an `AppError`
 * with the code that the server named, and what `ask` throws.
 */
export async function callApi(path: string, init?: RequestInit): Promise<unknown> {
  const response = await ask(path, { cache: "no-store", ...init });
  if (response.status === 204) return undefined;
  const body: unknown = await response.json();
  if (response.ok) return body;
  throw toAppError(body);
}

const errorSchema = z.object({ error: z.object({ code: problemCodeSchema }) });

/** Converts the body of an error of this server. */
export function toAppError(body: unknown): AppError {
  const known = errorSchema.safeParse(body);
  return new AppError(known.success ? known.data.error.code : "internal");
}
