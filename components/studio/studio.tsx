"use client";

import { Suspense, useRef, useState } from "react";
import { Filmstrip } from "@/components/library/filmstrip";
import { useMessages } from "@/components/messages";
import type { UpstreamKind } from "@/lib/api/upstream-kind";
import {
  type DraftPicture,
  findObstacle,
  isOf,
  isUntouched,
  isUploadOld,
} from "@/lib/browser/draft/draft";
import { runsOf } from "@/lib/browser/draft/runs";
import { readProgress } from "@/lib/browser/generation/progress";
import { noteServerTime, serverNow } from "@/lib/browser/http/server-clock";
import type { Watched } from "@/lib/browser/library/library";
import { loadScript } from "@/lib/browser/page/load-script";
import type { Area } from "@/lib/browser/picture/fit";
import { type Generation, isMade, isWaiting } from "@/lib/generation";
import { offersFor } from "@/lib/models/comparison";
import { findOffer, type Offer } from "@/lib/models/offer";
import { Compose } from "./compose/compose";
import { PromptTools } from "./compose/prompt-tools";
import { useSpend } from "./compose/use-spend";
import {
  Crop,
  EndPictureField,
  GenerationBar,
  LinkList,
  Player,
  SideBySide,
  StageProblem,
  useLateParts,
  WhenReady,
} from "./late-parts";
import { firstFrameOf, isPictureOf, othersThan, pictureOf, playableVideo } from "./on-stage";
import { useHasWaited, useReturn, useSent } from "./run/use-watched";
import { DraftBar } from "./stage/draft-bar";
import { DropZone } from "./stage/drop-zone";
import { MissingPart } from "./stage/missing-part";
import type { OwnKey } from "./stage/problem-actions";
import { ProgressLine } from "./stage/progress-line";
import { Stage } from "./stage/stage";
import { useDraft } from "./use-draft";
import { isUploaded, useEndPicture } from "./use-end-picture";
import { useGenerations, useOnStage } from "./use-generations";

type StudioProps = {
  offers: readonly [Offer, ...Offer[]];
  upstream: UpstreamKind;
  /** Whether a visitor may use a fal key of their own, and whether this one does. */
  ownKey: OwnKey;
  /** By the server's clock, as it wrote the page. */
  now: number;
};

/** Picture and prompt on their way to a video: the stage shows the draft, or the generation that is selected. */
export function Studio({ offers, upstream, ownKey, now }: StudioProps) {
  useState(() => noteServerTime(now, 0));
  const {
    draft,
    change,
    isRestored,
    takePicture,
    takeFrame,
    cropPicture,
    cancelCrop,
    cropAgain,
    uploaded,
    retryUpload,
    removePicture,
  } = useDraft(upstream);
  const { endPicture, ...end } = useEndPicture();
  const { library, start, stop, remove, loadMore } = useGenerations();
  const [selectedClick, setSelectedClick] = useState<string>();
  useOnStage(selectedClick);
  const [isWaitingForUpload, setIsWaitingForUpload] = useState(false);
  const [isSideBySide, setIsSideBySide] = useState(false);
  const [brokenVideo, setBrokenVideo] = useState<string>();
  const { studio: words } = useMessages();
  const prompt = useRef<HTMLTextAreaElement>(null);
  const player = useRef<HTMLVideoElement>(null);
  const modelField = useRef<HTMLDivElement>(null);
  const endField = useRef<HTMLDivElement>(null);
  useLateParts();

  const models = offersFor(offers, draft.choice, draft.picture !== undefined);
  const takesLast = models.some(({ takesEndPicture }) => takesEndPicture);
  const { watched } = library;
  const spend = useSpend(upstream !== "local" && ownKey !== "used");
  const selected = watched.find(({ generation }) => generation.click === selectedClick);
  const hasChosen = useRef(false);
  useReturn(isRestored ? watched : [], {
    onNamed: (generation) => show(generation),
    onWaiting(generation) {
      // Whoever has begun something, now or before a reload, stays with it.
      if (hasChosen.current) return;
      const isOwn =
        isOf(draft, generation.input) || (draft.picture && isPictureOf(generation, draft.picture));
      if (isOwn || isUntouched(draft)) show(generation);
    },
  });
  const hasWaited = useHasWaited(watched);
  useSent(watched, selectedClick, (input) => change({ type: "draft-sent", input }));

  const show = (generation: Generation) => {
    setSelectedClick(generation.click);
    // As the draft itself: what is being composed stays.
    if (!draft.picture && !draft.prompt) end.restore(generation);
    change({ type: "generation-opened", generation, now: serverNow() });
  };

  const handlePicture = (picture: File | URL) => {
    hasChosen.current = true;
    setSelectedClick(undefined);
    void takePicture(picture);
  };

  const handleCrop = (part: Area) => {
    prompt.current?.focus();
    void cropPicture(part);
  };

  // Of the picture that this tab has cropped, and of the runs that were made from it.
  const cropAgainOf = (generation: Generation | undefined) => {
    const { picture } = draft;
    const isOwn = picture && (!generation || isPictureOf(generation, picture));
    if (!isOwn || !picture.isCropped) return undefined;
    return () => {
      setSelectedClick(undefined);
      void cropAgain();
    };
  };

  const handleSelect = (click: string) => {
    const generation = watched.find((one) => one.generation.click === click)?.generation;
    if (generation) show(generation);
  };

  const handleReuse = async (generation: Generation) => {
    setSelectedClick(undefined);
    const now = serverNow();
    change({ type: "generation-reused", generation, now });
    end.restore(generation);
    prompt.current?.focus();
    if (!generation.poster || !isUploadOld(generation, now)) return;
    const { fetchPicture } = await loadScript(() => import("@/lib/browser/picture/preparation"));
    // When it can't be had, the prompt alone is back, and the stage asks for a picture.
    const file = await fetchPicture(generation.poster).catch(() => undefined);
    if (file) await takePicture(file);
  };

  const handleContinue = async (generation: Generation) => {
    const video = playableVideo(generation);
    if (!player.current || !video) return;
    prompt.current?.focus();
    change({ type: "generation-continued", generation });
    await takeFrame(player.current, video.url);
    // Not before: the frame stays where it is, and becomes the picture.
    setSelectedClick(undefined);
  };

  const handleVariation = async (generation: Generation) => {
    const { readyInput } = await loadScript(() => import("@/lib/browser/generation/rerun"));
    const input = await readyInput(generation).catch(() => undefined);
    // Its picture can't be had, or not be uploaded: the stage says so, and asks for one.
    if (!input) return handleReuse(generation);
    setSelectedClick(await start(generation.model, input, firstFrameOf(generation)));
  };

  const handleDelete = async ({ click }: Generation) => {
    await remove(click);
    setSelectedClick(undefined);
    prompt.current?.focus();
  };

  // Each is a click of its own, whatever becomes of the others; the first is shown.
  const startAll = async (pictures: { first?: string; last?: string }) => {
    const { width, height, thumbnail } = draft.picture?.preview ?? {};
    const picture = width && height ? { width, height } : undefined;
    const started = runsOf(draft, models, pictures).map(({ model, input }) =>
      start(model, input, { picture, thumbnail }),
    );
    setSelectedClick(await started[0]);
  };

  const handleGenerate = async () => {
    const [model] = models;
    if (!model) return;
    const obstacle = findObstacle(draft, model);
    if (obstacle) {
      if (obstacle.field === "prompt") prompt.current?.focus();
      // What is wrong with the picture is said where the picture is.
      else setSelectedClick(undefined);
      return change({ type: "start-refused", problem: obstacle });
    }
    const { picture } = draft;
    if (isWaitingForUpload) return;
    if (!picture) return startAll({});

    const wantsLast = takesLast && endPicture !== undefined;
    setIsWaitingForUpload(
      picture.upload.status !== "done" || (wantsLast && !isUploaded(endPicture)),
    );
    const [first, last] = await Promise.all([
      picture.upload.status === "done" ? picture.upload.url : uploaded(),
      wantsLast ? end.uploaded() : undefined,
    ]);
    setIsWaitingForUpload(false);
    // A failed upload shows by itself, with a way to try again.
    if (wantsLast && !last) return endField.current?.focus();
    if (!first) return;
    await startAll({ first, last });
  };

  const handleRetry = async () => {
    if (!selected) return retryUpload();
    const { model: modelId, input } = selected.generation;
    setSelectedClick(await start(modelId, input, firstFrameOf(selected.generation)));
  };

  const generation = selected?.generation;
  const video = generation && playableVideo(generation);
  const others = generation && othersThan(generation, watched);
  const isWorking = generation ? isWaiting(generation) : draft.picture?.upload.status === "sending";
  const picture = selected
    ? pictureOf(selected, draft.picture)
    : (draft.picture?.preview ?? draft.refused);

  return (
    <DropZone onPicture={handlePicture}>
      {({ choose, isDragging }) => (
        <>
          <div className="grid grid-cols-[minmax(0,1fr)] gap-x-7 gap-y-6 pt-3.5 sm:pt-7 lg:grid-cols-[minmax(0,1fr)_380px]">
            <div className="min-w-0">
              {draft.cropping && !selected ? (
                <Suspense>
                  <Crop
                    key={draft.cropping.preview.url}
                    cropping={draft.cropping}
                    isBusy={draft.checking !== undefined}
                    isDragging={isDragging}
                    problem={draft.problem?.field === "image_url" ? draft.problem : undefined}
                    onPicture={handlePicture}
                    onUse={handleCrop}
                    onCancel={cancelCrop}
                    onChoose={choose}
                  />
                </Suspense>
              ) : (
                <>
                  <section
                    aria-label={video ? words.stage.result : words.stage.name}
                    className="relative"
                  >
                    <Stage
                      picture={picture}
                      isDimmed={generation ? !video : !draft.picture}
                      isDragging={isDragging}
                      isChecking={draft.checking !== undefined}
                      onChoose={choose}
                      onPicture={handlePicture}
                      video={
                        video && (
                          <Suspense>
                            <Player
                              key={generation.click}
                              video={player}
                              url={video.url}
                              onError={() => setBrokenVideo(generation.click)}
                            />
                          </Suspense>
                        )
                      }
                      progress={
                        isWorking && (
                          <ProgressLine
                            label={generation ? words.stage.making : words.stage.uploading}
                            fraction={
                              selected
                                ? readProgress(selected.log)
                                : uploadedFraction(draft.picture)
                            }
                          />
                        )
                      }
                    />
                    <Suspense>
                      <StageProblem
                        isOverPicture={picture !== undefined}
                        draft={draft}
                        generation={generation}
                        isVideoBroken={generation !== undefined && brokenVideo === generation.click}
                        upstream={upstream}
                        ownKey={ownKey}
                        onChoose={choose}
                        onCropAgain={cropAgainOf(generation)}
                        onChooseModel={() =>
                          modelField.current?.querySelector<HTMLElement>("select, input")?.focus()
                        }
                        onEditPrompt={() => prompt.current?.focus()}
                        onRetry={handleRetry}
                      />
                    </Suspense>
                  </section>
                  <MissingPart />
                  {selected ? (
                    <Suspense>
                      <GenerationBar
                        key={selected.generation.click}
                        watched={selected}
                        model={findOffer(offers, selected.generation.model)}
                        upstream={upstream}
                        player={player}
                        onStop={() => void stop(selected.generation.click)}
                        onDelete={() => handleDelete(selected.generation)}
                        onContinue={() => void handleContinue(selected.generation)}
                        onVariation={() => void handleVariation(selected.generation)}
                        onReuse={() => void handleReuse(selected.generation)}
                        onNewPicture={choose}
                        onSideBySide={others && (() => setIsSideBySide(true))}
                        onBack={
                          draft.cropping ||
                          (draft.picture && !isPictureOf(selected.generation, draft.picture))
                            ? () => setSelectedClick(undefined)
                            : undefined
                        }
                      />
                    </Suspense>
                  ) : (
                    <DraftBar
                      draft={draft}
                      onChoose={choose}
                      onCropAgain={cropAgainOf(undefined)}
                      onRemove={removePicture}
                    />
                  )}
                </>
              )}
            </div>
            <div className="min-w-0">
              <Suspense>
                <Compose
                  draft={draft}
                  offers={offers}
                  models={models}
                  upstream={upstream}
                  promptRef={prompt}
                  modelRef={modelField}
                  endPicture={
                    takesLast && (
                      <Suspense>
                        <EndPictureField
                          ref={endField}
                          endPicture={endPicture}
                          onTake={end.take}
                          onRemove={end.remove}
                        />
                      </Suspense>
                    )
                  }
                  promptTools={
                    <PromptTools
                      draft={draft}
                      library={library}
                      upstream={upstream}
                      textarea={prompt}
                      onPrompt={(text) => change({ type: "prompt-written", prompt: text })}
                      onLiteral={() =>
                        change({ type: "optimizer-switched", optimizePrompt: false })
                      }
                      onLoadMore={() => void loadMore()}
                    />
                  }
                  verb={words.compose[verbFor(selected)]}
                  isWaitingForUpload={isWaitingForUpload}
                  spend={spend}
                  onPrompt={(text) => change({ type: "prompt-written", prompt: text })}
                  onOptimize={(optimizePrompt) =>
                    change({ type: "optimizer-switched", optimizePrompt })
                  }
                  onChoose={(choice) => change({ type: "model-chosen", choice })}
                  onGenerate={handleGenerate}
                />
              </Suspense>
              {hasWaited && (
                <Suspense>
                  <WhenReady watched={watched} onOpen={handleSelect} />
                </Suspense>
              )}
            </div>
          </div>
          <Suspense>
            <Filmstrip
              library={library}
              selectedClick={selectedClick}
              onSelect={handleSelect}
              onLoadMore={() => void loadMore()}
            />
          </Suspense>
          {isSideBySide && generation && isMade(generation) && others && (
            <Suspense>
              <SideBySide
                first={generation}
                others={others}
                nameModel={(id) => findOffer(offers, id)?.name ?? id}
                onClose={() => setIsSideBySide(false)}
              />
            </Suspense>
          )}
          {watched.length > 0 && (
            <Suspense>
              <LinkList />
            </Suspense>
          )}
        </>
      )}
    </DropZone>
  );
}

function uploadedFraction(picture: DraftPicture | undefined): number | undefined {
  return picture?.upload.status === "sending" ? picture.upload.fraction : undefined;
}

function verbFor(selected: Watched | undefined) {
  if (!selected) return "generate";
  return isWaiting(selected.generation) ? "generateAnother" : "generateAgain";
}
