import { isUploadOld } from "@/lib/draft";
import type { Generation, GenerationInput } from "@/lib/generation";
import { uploadPicture } from "./fal";
import { fetchPicture } from "./picture";

/** What a generation was made from, ready to be sent once more: a picture that fal may have dropped is uploaded anew. */
export async function readyInput(generation: Generation): Promise<GenerationInput> {
  const { input, poster } = generation;
  if (!input.image_url || !poster || !isUploadOld(generation, Date.now())) return input;
  const { signal } = new AbortController();
  const file = await fetchPicture(poster);
  return { ...input, image_url: await uploadPicture(file, { signal, onProgress: () => {} }) };
}
