import { useEffect, useRef, useState } from "react";
import type { ShareOptions } from "@/lib/browser/api/shares";
import { toGatewayProblem } from "@/lib/browser/http/ask";
import { lazyLibrary } from "@/lib/browser/library/lazy-library";
import type { Generation } from "@/lib/generation";
import type { Problem } from "@/lib/problems";

/** Creates the generation's link on first use, then changes or revokes it. */
export function useShare({ click, share }: Generation) {
  const [state, setState] = useState<"idle" | "revoking" | "revoked" | "failed">("idle");
  const [gateway, setGateway] = useState<Problem>();

  const attempt = async (doing: Promise<void>, onDone?: () => void) => {
    setGateway(undefined);
    try {
      await doing;
      onDone?.();
    } catch (error) {
      setState("failed");
      setGateway(toGatewayProblem(error));
    }
  };
  const change = (options: ShareOptions) => {
    setState("idle");
    return attempt(lazyLibrary.publish(click, options));
  };
  const revoke = () => {
    setState("revoking");
    // The link may be watched until the server has answered.
    return attempt(lazyLibrary.takeBack([click]), () => setState("revoked"));
  };

  const hasBegun = useRef(false);
  useEffect(() => {
    if (hasBegun.current) return;
    hasBegun.current = true;
    void change({});
  });
  return { share, state, gateway, change, revoke };
}
