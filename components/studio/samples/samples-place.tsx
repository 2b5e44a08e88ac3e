"use client";

import { Suspense } from "react";
import { useLibrary } from "@/components/studio/studio-context";
import { lazyPart } from "@/components/ui/lazy-part";

const Samples = lazyPart(() => import("./samples").then(({ Samples }) => Samples));

/** Where the samples stand once the library is known to be empty. It is as high before, so that nothing moves. */
export function SamplesPlace() {
  const { watched, more } = useLibrary();
  return (
    <div className="mt-2 [@container_(height<200px)]:hidden h-[calc(1.75rem+min(9.5rem,27cqw)*2/3)] sm:mt-6">
      {more === "none" && watched.length === 0 && (
        <Suspense>
          <Samples />
        </Suspense>
      )}
    </div>
  );
}
