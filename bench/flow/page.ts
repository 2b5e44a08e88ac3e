/** The flow of the fal client's documentation, as a page. `documented-flow.ts` bundles it. */
import { fal } from "@fal-ai/client";

fal.config({ proxyUrl: "/api/fal/proxy" });

const find = <T extends Element>(selector: string) => document.querySelector(selector) as T;
const file = find<HTMLInputElement>("[type=file]");
const prompt = find<HTMLTextAreaElement>("textarea");

find<HTMLButtonElement>("button").addEventListener("click", async () => {
  const result = await fal.subscribe("fal-ai/minimax-video/image-to-video", {
    input: { prompt: prompt.value, image_url: file.files?.[0] as File },
  });
  find<HTMLVideoElement>("video").src = result.data.video.url;
});
