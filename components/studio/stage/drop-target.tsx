"use client";

import {
  type DragEventHandler,
  type DragEvent as ReactDragEvent,
  type Ref,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useDropzone } from "react-dropzone";
import { useStudio } from "@/components/studio/studio-context";
import { mayBePicture, ownerOfDrag, toIntake } from "@/lib/browser/intake/intake";
import { readIntake } from "@/lib/browser/intake/read-intake";
import { FILM_TYPE } from "@/lib/browser/library/film-drag";
import { type DragData, useDropBeside } from "./use-drop-beside";
import { isField, usePaste } from "./use-paste";
import { useReceive } from "./use-receive";
import { useShareTarget } from "./use-share-target";

/** What the zone passes on to its target. */
export type DragHandlers = Partial<
  Record<
    "onDragStart" | "onDragEnter" | "onDragOver" | "onDragLeave" | "onDragEnd" | "onDrop",
    DragEventHandler<HTMLElement>
  >
>;

/** What is held over the zone. */
export type Dragging = "picture" | "film" | undefined;

export type DropTargetProps = {
  zone: RefObject<HTMLElement | null>;
  handlers: Ref<DragHandlers>;
  onDragging: (dragging: Dragging) => void;
};

/** The zone's own part that comes late: reads whatever is dropped or pasted, anywhere on the page. */
export function DropTarget({ zone, handlers, onDragging }: DropTargetProps) {
  const { studio } = useStudio();
  const { receive, receiveShared, said } = useReceive();
  // A poster that slips under the hand is not meant to take the place of what is being composed.
  const isFromHere = useRef(false);
  const entered = useRef<EventTarget>(null);
  const [over, setOver] = useState<Dragging>();
  const { getRootProps, rootRef, isDragActive } = useDropzone({
    // It tells when files are over the zone. Files, folders, addresses and words are then read in one place.
    getFilesFromEvent,
    preventDropOnDocument: false,
    noClick: true,
    noKeyboard: true,
    noPaste: true,
  });

  useLayoutEffect(() => {
    if (zone.current) rootRef.current = zone.current;
  }, [rootRef, zone]);

  /** Returns whether the page takes it. A field keeps what is meant for it: the browser puts words there by itself. */
  const takeDrop = ({ dataTransfer, target }: DragData): boolean => {
    const wasFromHere = isFromHere.current;
    isFromHere.current = false;
    setOver(undefined);
    const film = dataTransfer.getData(FILM_TYPE);
    if (film) {
      const isOnLast = target instanceof Element && target.closest("[data-last-picture]");
      void studio.takeFilm(film, isOnLast ? "last" : "first");
      return true;
    }
    const isInField = isForField({ dataTransfer, target });
    if (wasFromHere) return !isInField;
    const given = readIntake(toIntake(dataTransfer), isInField);
    if (given.kind === "field") return false;
    receive(given);
    return true;
  };

  useImperativeHandle(handlers, () => {
    const leaveToField = (event: ReactDragEvent) => {
      if (isForField(event)) event.stopPropagation();
    };
    return getRootProps({
      onDragEnter: (event) => {
        leaveToField(event);
        entered.current = event.target;
        const { types } = event.dataTransfer;
        if (types.includes(FILM_TYPE)) return setOver("film");
        const isShown = mayBePicture(types) && !isFromHere.current && !isForField(event);
        setOver(isShown ? "picture" : undefined);
      },
      onDragOver: leaveToField,
      onDragLeave: (event) => {
        leaveToField(event);
        // The next element is entered before the last one is left.
        if (entered.current === event.target) setOver(undefined);
      },
      onDrop: (event) => {
        if (!takeDrop(event)) event.stopPropagation();
      },
      onDragStart: () => {
        isFromHere.current = true;
      },
      onDragEnd: () => {
        isFromHere.current = false;
        setOver(undefined);
      },
    });
  });

  const dragging = isDragActive ? "picture" : over;
  useEffect(() => onDragging(dragging), [dragging, onDragging]);

  useDropBeside(zone, takeDrop);
  usePaste(receive);
  useShareTarget(receiveShared);

  return (
    <p aria-live="polite" className="sr-only">
      {said}
    </p>
  );
}

const getFilesFromEvent = async () => [];

function isForField({ dataTransfer, target }: DragData): boolean {
  return ownerOfDrag(dataTransfer.types, isField(target)) === "field";
}
