"use client";

import { memo, type ReactNode, Suspense, useCallback, useState, useSyncExternalStore } from "react";
import { LibraryView } from "./lazy-parts";
import { useLibrary, useStudio, useStudioState } from "./studio-context";

/** Where the library stands once there is something in it, or something is searched for. `children`: what comes after it. */
export const LibraryPlace = memo(function LibraryPlace({ children }: { children: ReactNode }) {
  const { studio, offers, isNew } = useStudio();
  const { selectedClick } = useStudioState();
  const library = useLibrary();
  const isNamed = useSyncExternalStore(never, isAddressed, () => false);
  const [isShown, setShown] = useState(!isNew);
  const [isDrawn, setDrawn] = useState(false);
  const { watched, removed, more } = library;
  const hasSome = watched.length > 0 || removed !== undefined || more === "failed" || isNamed;
  if (hasSome && !isShown) setShown(true);
  const handleDrawn = useCallback(() => setDrawn(true), []);
  return (
    <>
      {isShown && (
        <Suspense>
          <LibraryView
            library={library}
            selectedClick={selectedClick}
            offers={offers}
            onOpen={studio.select}
            onCompare={studio.compare}
            onTake={studio.takeFilm}
            onDrawn={handleDrawn}
          />
        </Suspense>
      )}
      {/* What comes after the library would move when it arrives, so it is seen only then. */}
      <div className={isShown && !isDrawn ? "[&>p]:invisible" : undefined}>{children}</div>
    </>
  );
});

const never = () => () => {};
const isAddressed = () => location.search !== "";
