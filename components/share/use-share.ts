import { useEffect, useRef, useState } from "react";
import type { ShareOptions } from "@/lib/browser/api/shares";
import { toGatewayProblem } from "@/lib/browser/http/ask";
import { lazyLibrary } from "@/lib/browser/library/lazy-library";
import type { Generation } from "@/lib/generation";
import type { Problem } from "@/lib/problems";

/** Creates the generation's link on first use, then changes or revokes it. */
export function useShare({ click, share }: Generation) {
  const [state, setState] = useState<"idle" | "revoked" | "failed">("idle");
  const [gateway, setGateway] = useState<Problem>();

  const attempt = (becomes: "idle" | "revoked", doing: Promise<void>) => {
    setState(becomes);
    setGateway(undefined);
    return doing.catch((error: unknown) => {
      setState("failed");
      setGateway(toGatewayProblem(error));
    });
  };
  const change = (options: ShareOptions) => attempt("idle", lazyLibrary.publish(click, options));
  const revoke = () => attempt("revoked", lazyLibrary.takeBack([click]));

  const hasBegun = useRef(false);
  useEffect(() => {
    if (hasBegun.current) return;
    hasBegun.current = true;
    void change({});
  });
  return { share, state, gateway, change, revoke };
}
