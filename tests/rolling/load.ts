import { setTimeout as delay } from "node:timers/promises";

const MODEL = "fal-ai/minimax-video";
const PAGE_EVERY_MS = 60;
const CLICK_EVERY_MS = 400;
const COME_AGAIN_AFTER_MS = 200;

export type Load = {
  /** Requests by kind. */
  counts: Record<string, number>;
  /** One line for each request that failed as a browser would see it. */
  failures: string[];
  clicks: string[];
  stop(): Promise<void>;
};

/** What several browsers do at the same time, until `stop`: pages, lists, videos, streams, clicks. */
export function startLoad(origin: string, cookie: string, videoId: string): Load {
  const counts: Record<string, number> = {};
  const failures: string[] = [];
  const clicks: string[] = [];
  let isOver = false;

  async function attempt(kind: string, work: () => Promise<Response>): Promise<string> {
    counts[kind] = (counts[kind] ?? 0) + 1;
    try {
      const answer = await work();
      const text = await answer.text();
      if (answer.status >= 400) failures.push(`${kind}: ${answer.status} ${text.slice(0, 100)}`);
      return text;
    } catch (error) {
      // Streams stay open until the servers behind them are stopped.
      if (isOver) return "";
      const { message, cause } = error as Error;
      failures.push(`${kind}: ${message} ${cause ?? ""}`);
      return "";
    }
  }

  const get = (path: string) => fetch(`${origin}${path}`, { headers: { cookie } });
  async function repeat(everyMs: number, work: () => Promise<unknown>): Promise<void> {
    while (!isOver) {
      await work();
      await delay(everyMs);
    }
  }

  async function click(): Promise<void> {
    const tag = `click-${clicks.length}`;
    clicks.push(tag);
    await attempt("click", () =>
      fetch(`${origin}/api/fal/proxy`, {
        method: "POST",
        headers: {
          cookie,
          "content-type": "application/json",
          "x-fal-target-url": `https://queue.fal.run/${MODEL}`,
          "x-idempotency-key": crypto.randomUUID(),
        },
        body: JSON.stringify({ prompt: `${tag} a rocket` }),
      }),
    );
  }

  const working = [
    ...[1, 2].map(() => repeat(PAGE_EVERY_MS, () => attempt("page", () => get("/")))),
    ...[1, 2].map(() =>
      repeat(PAGE_EVERY_MS, () => attempt("list", () => get("/api/generations"))),
    ),
    ...[1, 2].map(() =>
      repeat(PAGE_EVERY_MS, () => attempt("video", () => get(`/media/${videoId}/video.mp4`))),
    ),
    ...[1, 2, 3, 4].map(() =>
      repeat(COME_AGAIN_AFTER_MS, () => attempt("stream", () => get("/api/generations/events"))),
    ),
    repeat(CLICK_EVERY_MS, click),
  ];
  return {
    ...{ counts, failures, clicks },
    async stop() {
      isOver = true;
      await Promise.race([Promise.all(working), delay(5_000)]);
    },
  };
}
