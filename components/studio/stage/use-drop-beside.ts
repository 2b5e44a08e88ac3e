import { type RefObject, useEffect } from "react";

export type DragData = { dataTransfer: DataTransfer; target: EventTarget | null };

/**
 * Handles what is dropped beside the zone, because a browser would leave the page for it. `takeDrop` returns whether
 * the page takes it.
 */
export function useDropBeside(
  zone: RefObject<HTMLElement | null>,
  takeDrop: (drag: DragData) => boolean,
) {
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
}
