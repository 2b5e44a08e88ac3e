"use client";

import { useSyncExternalStore } from "react";
import { useMessages } from "@/components/messages";
import { Button } from "@/components/ui/button";
import { missing } from "@/lib/browser/page/load-script";

/** Says that a part of the page's script did not come. */
export function MissingPart() {
  const { generation, studio } = useMessages();
  const isMissing = useSyncExternalStore(missing.subscribe, missing.read, () => false);
  if (!isMissing) return null;
  return (
    <div role="alert" className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
      <p>{studio.missingPart}</p>
      <Button onClick={() => location.reload()}>{generation.action.reload}</Button>
    </div>
  );
}
