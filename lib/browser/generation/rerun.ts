import { isUploadOld } from "@/lib/browser/draft/upload-age";
import type { Generation, GenerationInput } from "@/lib/generation";
import { uploadPicture } from "../draft/upload";
import { serverNow } from "../http/server-clock";
import { fetchPicture } from "../picture/preparation";

/** Returns the input of a generation, ready to be sent again. Uploads a picture again if fal may have deleted it. */
export async function readyInput(generation: Generation): Promise<GenerationInput> {
  const { input, poster } = generation;
  if (!input.image_url || !poster || !isUploadOld(generation, serverNow())) return input;
  const { signal } = new AbortController();
  const upload = async (url: string) =>
    uploadPicture(await fetchPicture(url), { signal, onProgress: () => {} });
  // This server has no copy of the last picture, so this rejects if the upstream has none either.
  const [image_url, end_image_url] = await Promise.all([
    upload(poster),
    input.end_image_url && upload(input.end_image_url),
  ]);
  return { ...input, image_url, ...(end_image_url && { end_image_url }) };
}
