"use client";

import type { ReactNode } from "react";
import { useMessages } from "@/components/messages";
import { SamplesPlace } from "@/components/studio/samples/samples-place";
import styles from "@/components/studio/studio.module.css";
import { useStudio } from "@/components/studio/studio-context";
import { Button } from "@/components/ui/button";
import { Picture } from "@/components/ui/picture";
import { CameraButton } from "./camera-button";
import { useDropZone } from "./drop-zone";
import { Frame } from "./frame";

type StageProps = {
  /** Without a `url` an empty frame of that shape. */
  picture?: { url?: string; width: number; height: number };
  /** While it waits the picture is a little dimmed, and comes to full colour as the video begins. */
  isDimmed: boolean;
  isChecking: boolean;
  /** The video, over the picture. */
  video?: ReactNode;
  /** The line of progress along the edge. */
  progress?: ReactNode;
  /** Over the whole box, with the picture in its middle. */
  children?: ReactNode;
};

/** One box for every state: empty, picture, waiting, video. Only scrolling makes it smaller. */
export function Stage({ picture, isDimmed, isChecking, video, progress, children }: StageProps) {
  const { stage: words } = useMessages().studio;
  const { dragging } = useDropZone();
  return (
    <div
      className={styles.box}
      data-upright={picture && picture.height > picture.width ? "" : undefined}
    >
      <div
        className={`${styles.view} relative grid place-items-center overflow-hidden rounded-stage bg-stage [container-type:size] ${picture ? "" : "border border-dashed border-line-strong"}`}
      >
        {picture ? (
          <Frame width={picture.width} height={picture.height}>
            <Picture
              url={picture.url}
              alt={words.picture}
              className="absolute inset-0 size-full object-cover"
            />
            {/* A shade rather than a filter: to draw a large picture anew for each step holds up the video's first frame. */}
            <div
              className={`absolute inset-0 bg-black transition-opacity duration-250 ${isDimmed ? "opacity-28" : "opacity-0"}`}
            />
            {video}
          </Frame>
        ) : (
          <Invitation isChecking={isChecking} />
        )}
        {children}
        {dragging && (
          <div className="pointer-events-none absolute inset-0 grid place-items-center rounded-stage border-2 border-accent bg-room/80">
            <p className="px-6 text-center text-xl font-semibold tracking-tight">
              {dragging === "film" ? words.letGoFilm : words.letGo}
            </p>
          </div>
        )}
        {progress}
      </div>
    </div>
  );
}

/** What an empty stage says: the three ways to bring a picture. */
function Invitation({ isChecking }: { isChecking: boolean }) {
  const { studio, isNew } = useStudio();
  const { choose, dragging } = useDropZone();
  const { stage: words } = useMessages().studio;
  return (
    <div className={`w-full px-6 text-center ${dragging ? "invisible" : ""}`}>
      <p className="text-[1.625rem] font-semibold leading-[1.1] tracking-tight sm:text-[2rem]">
        <span className="pointer-coarse:hidden">{words.drop}</span>
        <span className="pointer-fine:hidden">{words.tap}</span>
        <br />
        {words.watch}
      </p>
      <p
        className={`mt-3 text-field text-muted ${isNew ? "[@container_(height<260px)]:hidden" : ""}`}
      >
        {isChecking ? words.looking : words.paste}
      </p>
      <div
        className={`mt-5 flex flex-wrap justify-center gap-2 ${isNew ? "[@container_(height<260px)]:mt-2.5" : ""}`}
      >
        <Button className="bg-surface" onClick={choose}>
          {words.choose}
        </Button>
        <CameraButton onPicture={(file) => void studio.takePicture(file)} />
      </div>
      {isNew && <SamplesPlace />}
    </div>
  );
}
