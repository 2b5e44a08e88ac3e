"use client";

import { type ComponentType, useEffect, useEffectEvent, useRef, useState } from "react";
import { Filmstrip } from "@/components/library/filmstrip";
import type { Watched } from "@/lib/browser/generations";
import { type DraftPicture, findObstacle } from "@/lib/draft";
import { type Generation, isActive } from "@/lib/generation";
import type { Model } from "@/lib/models";
import { readProgress } from "@/lib/progress";
import type { UpstreamKind } from "@/lib/upstream-kind";
import { Compose } from "./compose";
import { DraftBar } from "./draft-bar";
import type { DropZoneProps } from "./drop-zone";
import { GenerationBar } from "./generation-bar";
import { PlainZone } from "./plain-zone";
import { Player } from "./player";
import { ProgressLine } from "./progress-line";
import { Stage } from "./stage";
import { StageProblem } from "./stage-problem";
import { useDraft } from "./use-draft";
import { useGenerations } from "./use-generations";

type StudioProps = { model: Model; upstream: UpstreamKind };

/** Picture and prompt on their way to a video: the stage shows the draft, or the generation that is selected. */
export function Studio({ model, upstream }: StudioProps) {
  const { draft, change, takePicture, uploaded, retryUpload, removePicture } = useDraft();
  const { watched, start, stop, remove, restore } = useGenerations();
  const [selectedId, setSelectedId] = useState<string>();
  const [isWaitingForUpload, setIsWaitingForUpload] = useState(false);
  const [removed, setRemoved] = useState<Generation>();
  const [brokenVideo, setBrokenVideo] = useState<string>();
  const prompt = useRef<HTMLTextAreaElement>(null);
  const Zone = useDropZone();

  const selected = watched.find(({ generation }) => generation.id === selectedId);
  useReturnToActive(watched, (generation) => {
    setSelectedId(generation.id);
    change({ type: "generation-opened", generation });
  });

  const handlePicture = (file: File) => {
    setSelectedId(undefined);
    void takePicture(file);
  };

  const handleSelect = (id: string) => {
    setSelectedId(id);
    const generation = watched.find((one) => one.generation.id === id)?.generation;
    if (generation) change({ type: "generation-opened", generation });
  };

  const handleGenerate = async () => {
    const obstacle = findObstacle(draft);
    if (obstacle) {
      if (obstacle.field === "prompt") prompt.current?.focus();
      // What is wrong with the picture is said where the picture is.
      else setSelectedId(undefined);
      return change({ type: "start-refused", problem: obstacle });
    }
    const { picture } = draft;
    if (!picture || isWaitingForUpload) return;

    setIsWaitingForUpload(picture.upload.status !== "done");
    const url = picture.upload.status === "done" ? picture.upload.url : await uploaded();
    setIsWaitingForUpload(false);
    // A failed upload shows by itself, with a way to try again.
    if (!url) return;
    const input = {
      prompt: draft.prompt.trim(),
      image_url: url,
      prompt_optimizer: draft.optimizePrompt,
    };
    const { width, height } = picture.preview;
    setSelectedId(await start(model.id, input, { width, height }));
  };

  const handleRetry = async () => {
    if (!selected) return retryUpload();
    const { model: modelId, input, picture } = selected.generation;
    setSelectedId(await start(modelId, input, picture));
  };

  const handleUndo = async () => {
    if (!removed) return;
    await restore(removed);
    setSelectedId(removed.id);
    setRemoved(undefined);
  };

  const generation = selected?.generation;
  const isWorking = generation ? isActive(generation) : draft.picture?.upload.status === "sending";
  const picture = selected
    ? pictureOf(selected, draft.picture)
    : (draft.picture?.preview ?? draft.refused);

  return (
    <Zone onPicture={handlePicture}>
      {({ choose, isDragging }) => (
        <>
          <div className="grid grid-cols-[minmax(0,1fr)] gap-x-7 gap-y-6 pt-3.5 sm:pt-7 lg:grid-cols-[minmax(0,1fr)_380px]">
            <div className="min-w-0">
              <section
                aria-label={generation?.status === "done" ? "Result" : "Stage"}
                className="relative"
              >
                <Stage
                  picture={picture}
                  isDimmed={generation ? generation.status !== "done" : !draft.picture}
                  isDragging={isDragging}
                  isChecking={draft.checking !== undefined}
                  onChoose={choose}
                  video={
                    generation?.status === "done" && (
                      <Player
                        key={generation.id}
                        url={generation.video.url}
                        onError={() => setBrokenVideo(generation.id)}
                      />
                    )
                  }
                  progress={
                    isWorking && (
                      <ProgressLine
                        label={generation ? "Making the video" : "Uploading"}
                        fraction={
                          selected ? readProgress(selected.log) : uploadedFraction(draft.picture)
                        }
                      />
                    )
                  }
                />
                <StageProblem
                  isOverPicture={picture !== undefined}
                  draft={draft}
                  generation={generation}
                  isVideoBroken={brokenVideo === generation?.id && generation !== undefined}
                  upstream={upstream}
                  onChoose={choose}
                  onEditPrompt={() => prompt.current?.focus()}
                  onRetry={handleRetry}
                />
              </section>
              {selected ? (
                <GenerationBar
                  key={selected.generation.id}
                  watched={selected}
                  model={model}
                  upstream={upstream}
                  onStop={() => void stop(selected.generation.id)}
                  onRemove={() => {
                    setRemoved(selected.generation);
                    void remove(selected.generation.id);
                    setSelectedId(undefined);
                  }}
                  onNewPicture={choose}
                  onBack={
                    draft.picture && !isPictureOf(selected.generation, draft.picture)
                      ? () => setSelectedId(undefined)
                      : undefined
                  }
                />
              ) : (
                <DraftBar
                  draft={draft}
                  onChoose={choose}
                  onRemove={removePicture}
                  onUndo={removed && handleUndo}
                />
              )}
            </div>
            <Compose
              draft={draft}
              model={model}
              upstream={upstream}
              promptRef={prompt}
              verb={verbFor(selected)}
              isWaitingForUpload={isWaitingForUpload}
              onPrompt={(text) => change({ type: "prompt-written", prompt: text })}
              onOptimize={(optimizePrompt) =>
                change({ type: "optimizer-switched", optimizePrompt })
              }
              onGenerate={handleGenerate}
            />
          </div>
          <Filmstrip watched={watched} selectedId={selectedId} onSelect={handleSelect} />
        </>
      )}
    </Zone>
  );
}

// react-dropzone comes after the first paint; the file dialog works without it.
function useDropZone(): ComponentType<DropZoneProps> {
  const [Zone, setZone] = useState<ComponentType<DropZoneProps>>(() => PlainZone);
  useEffect(() => {
    void import("./drop-zone").then(({ DropZone }) => setZone(() => DropZone));
  }, []);
  return Zone;
}

/** Once, when the page opens: comes back to the newest generation that is still on its way. */
function useReturnToActive(
  watched: readonly Watched[],
  onReturn: (generation: Watched["generation"]) => void,
) {
  const hasReturned = useRef(false);
  const handleReturn = useEffectEvent(onReturn);
  useEffect(() => {
    if (hasReturned.current || watched.length === 0) return;
    hasReturned.current = true;
    const active = watched.find(({ generation }) => isActive(generation));
    if (active) handleReturn(active.generation);
  }, [watched]);
}

// The tab's own copy where it is the same picture, so that nothing is loaded again and nothing jumps.
function pictureOf({ generation }: Watched, draft: DraftPicture | undefined) {
  const { input, picture } = generation;
  return draft && isPictureOf(generation, draft)
    ? draft.preview
    : { ...picture, url: input.image_url };
}

function isPictureOf({ input }: Generation, { upload }: DraftPicture): boolean {
  return upload.status === "done" && upload.url === input.image_url;
}

function uploadedFraction(picture: DraftPicture | undefined): number | undefined {
  return picture?.upload.status === "sending" ? picture.upload.fraction : undefined;
}

function verbFor(selected: Watched | undefined): string {
  if (!selected) return "Generate";
  return isActive(selected.generation) ? "Generate another" : "Generate again";
}
