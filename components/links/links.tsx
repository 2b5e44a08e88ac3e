"use client";

import { Suspense, useEffect, useState } from "react";
import { MissingPart } from "@/components/studio/stage/missing-part";
import { lazyPart } from "@/components/ui/lazy-part";
import { noteServerTime } from "@/lib/browser/http/server-clock";
import { LinksWaiting } from "./links-waiting";

const LinksView = lazyPart(() => import("./links-view").then(({ LinksView }) => LinksView));

/** Every public link of this browser's library. `now` is by the server's clock, as it wrote the page. */
export function Links({ now }: { now: number }) {
  useState(() => noteServerTime(now, 0));
  // The texts of the view load in the browser only.
  const [isMounted, setIsMounted] = useState(false);
  useEffect(() => setIsMounted(true), []);
  return (
    <>
      <MissingPart />
      <Suspense fallback={<LinksWaiting />}>
        {isMounted ? <LinksView /> : <LinksWaiting />}
      </Suspense>
    </>
  );
}
