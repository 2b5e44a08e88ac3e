"use client";

import { useEffect, useRef, useState } from "react";
import type { ShareOptions } from "@/lib/browser/api/shares";
import { toGatewayProblem } from "@/lib/browser/http/ask";
import { loadScript } from "@/lib/browser/page/load-script";
import type { Generation } from "@/lib/generation";
import type { Problem } from "@/lib/problems";

/** Creates the generation's link on first use, then changes or revokes it. */
export function useShare(generation: Generation) {
  const [share, setShare] = useState(generation.share);
  const [state, setState] = useState<"idle" | "revoked" | "failed">("idle");

  const [gateway, setGateway] = useState<Problem>();

  // Calls run one after the other. Otherwise, a link that is revoked while it is being made would exist again.
  const last = useRef<Promise<void>>(Promise.resolve());
  const enqueue = (act: () => Promise<void>) => {
    last.current = last.current.then(act).catch((error: unknown) => {
      setState("failed");
      setGateway(toGatewayProblem(error));
    });
    return last.current;
  };

  const change = (options: ShareOptions) =>
    enqueue(async () => {
      const { publishShare } = await loadScript(() => import("@/lib/browser/api/shares"));
      setShare(await publishShare(generation.id, options));
      setState("idle");
    });
  const revoke = () =>
    enqueue(async () => {
      const { revokeShare } = await loadScript(() => import("@/lib/browser/api/shares"));
      await revokeShare(generation.id);
      setShare(undefined);
      setState("revoked");
    });

  const hasBegun = useRef(false);
  useEffect(() => {
    if (hasBegun.current) return;
    hasBegun.current = true;
    void change({});
  });
  return { share, state, gateway, change, revoke };
}
