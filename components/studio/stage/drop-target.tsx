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
import { mayBePicture, ownerOfDrag, toIntake } from "@/lib/browser/intake/intake";
import { readIntake } from "@/lib/browser/intake/read-intake";
import { useReceive } from "./use-receive";

/** What the zone passes on to its target. */
export type DragHandlers = Partial<
  Record<
    "onDragStart" | "onDragEnter" | "onDragOver" | "onDragLeave" | "onDragEnd" | "onDrop",
    DragEventHandler<HTMLElement>
  >
>;

export type DropTargetProps = {
  zone: RefObject<HTMLElement | null>;
  handlers: Ref<DragHandlers>;
  onDragging: (isDragging: boolean) => void;
};

/** The zone's own part that comes late: reads whatever is dropped or pasted, anywhere on the page. */
export function DropTarget({ zone, handlers, onDragging }: DropTargetProps) {
  const { receive, receiveShared, said } = useReceive();
  // A poster that slips under the hand is not meant to take the place of what is being composed.
  const isFromHere = useRef(false);
  const entered = useRef<EventTarget>(null);
  const [isLinkOver, setIsLinkOver] = useState(false);
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
    setIsLinkOver(false);
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
        const isShown = mayBePicture(event.dataTransfer.types) && !isFromHere.current;
        setIsLinkOver(isShown && !isForField(event));
      },
      onDragOver: leaveToField,
      onDragLeave: (event) => {
        leaveToField(event);
        // The next element is entered before the last one is left.
        if (entered.current === event.target) setIsLinkOver(false);
      },
      onDrop: (event) => {
        if (!takeDrop(event)) event.stopPropagation();
      },
      onDragStart: () => {
        isFromHere.current = true;
      },
      onDragEnd: () => {
        isFromHere.current = false;
      },
    });
  });

  useEffect(() => onDragging(isDragActive || isLinkOver), [isDragActive, isLinkOver, onDragging]);

  // Beside the zone, too: a browser would leave the page for what is dropped there.
  useEffect(() => {
    const isInZone = ({ target }: Event) =>
      target instanceof Node && zone.current?.contains(target) === true;
    const handleOver = (event: DragEvent) => {
      if (!isInZone(event)) event.preventDefault();
    };
    const handleDrop = (event: DragEvent) => {
      const { dataTransfer, target } = event;
      if (!dataTransfer || isInZone(event)) return;
      if (takeDrop({ dataTransfer, target })) event.preventDefault();
    };
    addEventListener("dragover", handleOver);
    addEventListener("drop", handleDrop);
    return () => {
      removeEventListener("dragover", handleOver);
      removeEventListener("drop", handleDrop);
    };
  });

  useEffect(() => {
    const handlePaste = (event: ClipboardEvent) => {
      if (!event.clipboardData) return;
      const isInField = isField(event.target);
      const given = readIntake(toIntake(event.clipboardData), isInField);
      if (given.kind === "field") return;
      // A file manager adds the file's name, which would end up in the field.
      if (isInField) event.preventDefault();
      receive(given);
    };
    addEventListener("paste", handlePaste);
    return () => removeEventListener("paste", handlePaste);
  });

  // What another app has handed over waits under this name, to be fetched once.
  useEffect(() => {
    const shared = new URLSearchParams(location.search).get("shared");
    if (!shared || !/^[\w-]+$/.test(shared)) return;
    history.replaceState(null, "", location.pathname);
    receiveShared(shared);
  });

  return (
    <p aria-live="polite" className="sr-only">
      {said}
    </p>
  );
}

const getFilesFromEvent = async () => [];

type DragData = { dataTransfer: DataTransfer; target: EventTarget | null };

function isForField({ dataTransfer, target }: DragData): boolean {
  return ownerOfDrag(dataTransfer.types, isField(target)) === "field";
}

// Firefox names the text itself that the pointer is over.
function isField(target: EventTarget | null): boolean {
  const element =
    target instanceof Element ? target : target instanceof Node && target.parentElement;
  return element instanceof Element && element.matches(":read-write");
}
