"use client";

import { useEffect, useState } from "react";
import { serverNow } from "@/lib/browser/http/server-clock";

/** The time by the server's clock, once a second while somebody looks at it. */
export function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    if (!isRunning) return;
    setNow(serverNow());
    const timer = setInterval(() => setNow(serverNow()), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
