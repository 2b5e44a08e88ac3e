import { isUploadOld } from "@/lib/browser/draft/draft";
import type { Generation, GenerationInput } from "@/lib/generation";
import { uploadPicture } from "../draft/upload";
import { serverNow } from "../http/server-clock";
import { fetchPicture } from "../picture/preparation";

/** What a generation was made from, ready to be sent once more: a picture that fal may have dropped is uploaded anew. */
export async function readyInput(generation: Generation): Promise<GenerationInput> {
  const { input, poster } = generation;
  if (!input.image_url || !poster || !isUploadOld(generation, serverNow())) return input;
  const { signal } = new AbortController();
  const upload = async (url: string) =>
    uploadPicture(await fetchPicture(url), { signal, onProgress: () => {} });
  // Of the last picture there is no copy here: where the upstream has none either, this rejects.
  const [image_url, end_image_url] = await Promise.all([
    upload(poster),
    input.end_image_url && upload(input.end_image_url),
  ]);
  return { ...input, image_url, ...(end_image_url && { end_image_url }) };
}
