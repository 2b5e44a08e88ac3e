import "server-only";
import { Worker } from "node:worker_threads";
import { readDepth } from "@/lib/picture/heif";
import type { DecodedHeic, HeicMessage, HeicOrder } from "./worker";

const WITHIN_MS = 60_000;

/**
 * The numbers of a HEIC as they are stored: four channels of eight bits, or of sixteen. In a thread that is ended when it
 * takes long.
 */
export async function decodeHeic(bytes: Uint8Array): Promise<DecodedHeic> {
  // Turbopack finds the worker's file by this very expression: neither part can move into a variable.
  const worker = new Worker(new URL("./worker.ts", import.meta.url));
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<DecodedHeic>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error("The decoder took too long")), WITHIN_MS);
      worker.on("message", (message: HeicMessage) =>
        "error" in message ? reject(new Error(message.error)) : resolve(message),
      );
      worker.on("error", reject);
      worker.on("exit", () => reject(new Error("The decoder ended early")));
      worker.postMessage({ bytes, depth: readDepth(bytes) } satisfies HeicOrder);
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
