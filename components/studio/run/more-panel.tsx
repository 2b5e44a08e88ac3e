"use client";

import type { ReactNode } from "react";
import { useLazyMessages } from "@/components/lazy-messages";
import { useDraft, useLibrary, useStudio } from "@/components/studio/studio-context";
import { Button } from "@/components/ui/button";
import { filled } from "@/components/ui/filled";
import { Panel } from "@/components/ui/panel";
import { showLastFrame, stepFrames } from "@/lib/browser/player/frames";
import { isStill } from "@/lib/browser/prompt/camera-moves";
import { othersThan } from "@/lib/browser/studio/on-stage";
import type { Generation, GenerationInput } from "@/lib/generation";
import { formatUsd } from "@/lib/messages/format";
import { offersFor } from "@/lib/models/comparison";
import { findOffer, type Offer, settingsFor } from "@/lib/models/offer";
import { priceOf } from "@/lib/models/price";
import { NewPictureButton, ReuseButton } from "./again-buttons";

type MorePanelProps = {
  id: string;
  generation: Generation;
  onClose: () => void;
  /** What a single one offers beside the rest. */
  children?: ReactNode;
};

/** What is rarer to do with a finished video: a press away, so that the line under the stage stays calm. */
export function MorePanel({ id, generation, onClose, children }: MorePanelProps) {
  const { studio, fields } = useStudio();
  const { watched } = useLibrary();
  const { generation: words, sideBySide } = useLazyMessages();
  const act = (step: (video: HTMLVideoElement) => void) => () => {
    if (fields.player.current) step(fields.player.current);
  };
  return (
    <Panel id={id} title={words.more.name} onClose={onClose}>
      <Group
        title={words.more.frame}
        hint={
          <span className="pointer-coarse:hidden">
            {filled(words.more.frameHint, { back: <Key>,</Key>, forward: <Key>.</Key> })}
          </span>
        }
      >
        <Button aria-label={words.more.oneBack} onClick={act((video) => stepFrames(video, -1))}>
          {words.more.back}
        </Button>
        <Button aria-label={words.more.oneForward} onClick={act((video) => stepFrames(video, 1))}>
          {words.more.forward}
        </Button>
        <Button onClick={act(showLastFrame)}>{words.more.last}</Button>
      </Group>
      <Group title={words.more.another} hint={words.more.anotherHint}>
        <VariationButton generation={generation} />
        <ReuseButton generation={generation} />
        <NewPictureButton />
        {children}
      </Group>
      {generation.status === "done" && <NextGroup generation={generation} />}
      {othersThan(generation, watched) && (
        <Group title={sideBySide.title} hint={sideBySide.hint}>
          <Button onClick={studio.openSideBySide}>{sideBySide.open}</Button>
        </Group>
      )}
    </Panel>
  );
}

/** What dragging it to the stage, or to the last picture, does. */
function NextGroup({ generation: { click } }: { generation: Generation }) {
  const { studio, offers } = useStudio();
  const { choice, first } = useDraft();
  const { more: words } = useLazyMessages().generation;
  const models = offersFor(offers, choice, first.picture !== undefined);
  return (
    <Group
      title={words.next}
      hint={<span className="pointer-coarse:hidden">{words.nextHint}</span>}
    >
      <Button onClick={() => void studio.takeFilm(click, "first")}>{words.begin}</Button>
      {models.some(({ takesEndPicture }) => takesEndPicture) && (
        <Button onClick={() => void studio.takeFilm(click, "last")}>{words.end}</Button>
      )}
    </Group>
  );
}

/** Once more at once, from the same input. */
function VariationButton({ generation }: { generation: Generation }) {
  const { studio, offers, upstream } = useStudio();
  const { more } = useLazyMessages().generation;
  const { prompt, image_url } = generation.input;
  // Variations of the local fal differ in their motion, so a picture without motion has none.
  if (upstream === "local" && image_url && isStill(prompt)) return null;
  const model = findOffer(offers, generation.model);
  return (
    <Button
      // A double click is one wish, and a second run would be paid as well.
      onClick={({ detail }) => detail < 2 && void studio.vary(generation)}
    >
      {more.variation}
      {upstream !== "local" && model && ` · ${priceFor(model, generation.input)}`}
    </Button>
  );
}

type GroupProps = { title: string; hint: ReactNode; children: ReactNode };

function Group({ title, hint, children }: GroupProps) {
  return (
    <div>
      <h3 className="font-semibold">{title}</h3>
      <p className="mb-2.5 text-note text-muted">{hint}</p>
      <div className="flex flex-wrap gap-2">{children}</div>
    </div>
  );
}

function Key({ children }: { children: string }) {
  return (
    <kbd className="rounded-sm border border-line-strong px-1.5 font-mono text-ink">{children}</kbd>
  );
}

function priceFor(model: Offer, input: GenerationInput): string {
  return formatUsd(priceOf(model, model.prices, settingsFor(model, input)));
}
