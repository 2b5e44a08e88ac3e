"use client";

import { useEffect, useRef, useState } from "react";
import type { ShareOptions } from "@/lib/browser/api/library";
import { toGatewayProblem } from "@/lib/browser/http/ask";
import { loadScript } from "@/lib/browser/page/load-script";
import type { Generation } from "@/lib/generation";
import type { Problem } from "@/lib/problems";

/** The generation's link, made on first use. */
export function useShare(generation: Generation) {
  const [share, setShare] = useState(generation.share);
  const [state, setState] = useState<"idle" | "revoked" | "failed">("idle");

  const [gateway, setGateway] = useState<Problem>();

  // One after the other: a link that is taken back while it is being made would be there again.
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
      const { publishShare } = await loadScript(() => import("@/lib/browser/api/library"));
      setShare(await publishShare(generation.id, options));
      setState("idle");
    });
  const revoke = () =>
    enqueue(async () => {
      const { revokeShare } = await loadScript(() => import("@/lib/browser/api/library"));
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
