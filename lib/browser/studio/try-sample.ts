import type { UpstreamKind } from "@/lib/api/upstream-kind";
import { problem } from "@/lib/problems";
import { type SampleName, sampleFiles } from "@/lib/samples";
import type { DraftStore } from "../draft/open-draft";
import type { StudioStore } from "./open-studio";

type TrySampleDeps = {
  draft: Pick<DraftStore, "get" | "change">;
  studio: Pick<StudioStore, "takePicture" | "generate">;
  upstream: UpstreamKind;
  fetchPicture(url: string): Promise<File>;
};

/**
 * Puts a sample and its words into the draft. On the local fal a press also starts the run, because it costs nothing.
 * Elsewhere the button to generate names the price, and nobody pays without pressing it.
 */
export async function trySample(
  sample: { name: SampleName; title: string; prompt: string },
  { draft, studio, upstream, fetchPicture }: TrySampleDeps,
): Promise<void> {
  const { name, title, prompt } = sample;
  await studio.takePicture({
    name: title,
    find: () =>
      fetchPicture(sampleFiles(name).picture).then(
        (file) => ({ kind: "found", file: new File([file], `${name}.jpg`, { type: file.type }) }),
        () => ({ kind: "refused", problem: problem("offline", { field: "image_url" }) }),
      ),
  });
  const { first, prompt: written } = draft.get();
  if (!first.picture) return;
  // Words that the visitor has written come first.
  if (!written.trim()) draft.change({ type: "prompt-written", prompt });
  if (upstream === "local") await studio.generate();
}
