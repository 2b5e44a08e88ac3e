import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { problem } from "@/lib/problems";

const mark = { "x-firstframe-answer": "1", "content-type": "application/json" };
const input = { prompt: "the cup", prompt_optimizer: true };

beforeEach(() => {
  vi.resetModules();
  const events = new EventTarget();
  vi.stubGlobal("window", { document: {} });
  vi.stubGlobal("navigator", { onLine: false });
  vi.stubGlobal("addEventListener", events.addEventListener.bind(events));
  vi.stubGlobal("removeEventListener", events.removeEventListener.bind(events));
});
afterEach(() => void vi.unstubAllGlobals());

test("a browser without a network sends to a server that answers", async () => {
  const asked = stubFetch(async (url) =>
    url === "/api/health"
      ? new Response("{}", { headers: mark })
      : Response.json({ request_id: "r1", generation_id: "g1" }, { headers: mark }),
  );
  expect(await send()).toEqual({ event: { type: "accepted", requestId: "r1" }, id: "g1" });
  expect(asked).toHaveLength(2);
});

test("says that the browser is offline, and sends nothing, if the server does not answer", async () => {
  const asked = stubFetch(() => Promise.reject(new TypeError("Failed to fetch")));
  expect(await send()).toEqual({ event: { type: "refused", problem: problem("offline") } });
  expect(asked).toEqual(["/api/health"]);
});

function stubFetch(answer: (url: string) => Promise<Response>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    return answer(url);
  });
  return asked;
}

async function send() {
  const { submit } = await import("@/lib/browser/fal/submit");
  const { signal } = new AbortController();
  return submit("fal-ai/a-model", input, {
    ...{ key: "a-click", isRepeat: false, onTrouble: () => {}, signal },
  });
}
