"use client";

import { useEffect, useRef, useState } from "react";
import type { ShareOptions } from "@/lib/browser/library-api";
import type { Generation } from "@/lib/generation";

/** The generation's link, made on first use. */
export function useShare(generation: Generation) {
  const [share, setShare] = useState(generation.share);
  const [state, setState] = useState<"idle" | "revoked" | "failed">("idle");

  const change = async (options: ShareOptions) => {
    try {
      const { publishShare } = await import("@/lib/browser/library-api");
      setShare(await publishShare(generation.id, options));
      setState("idle");
    } catch {
      setState("failed");
    }
  };
  const revoke = async () => {
    try {
      const { revokeShare } = await import("@/lib/browser/library-api");
      await revokeShare(generation.id);
      setShare(undefined);
      setState("revoked");
    } catch {
      setState("failed");
    }
  };

  const hasBegun = useRef(false);
  useEffect(() => {
    if (hasBegun.current) return;
    hasBegun.current = true;
    void change({});
  });
  return { share, state, change, revoke };
}
