import { describe, expect, test, vi } from "vitest";
import { submitClick } from "@/lib/server/generations/submit/submit";
import { findFreePort } from "../../../ports";
import { startScriptedUpstream } from "../scripted-upstream";
import { databaseKinds, makeClick, openServer } from "../support";

const OWN_KEY = "own-key:secret";
// A process reads the environment only once, and it decides where calls with a visitor's own key go.
const port = await findFreePort();

describe.each(databaseKinds)("who pays for a click on %s", (kind) => {
  test.each([
    ["the server's key", undefined],
    ["another key", "another-key:secret"],
  ])("stays the same when a refused click is repeated with %s", async (_, ownKey) => {
    vi.stubEnv("FAL_UPSTREAM", `http://127.0.0.1:${port}`);
    const upstream = await startScriptedUpstream({ port });
    upstream.answer("submit", { status: 401 }, { body: { request_id: "request-1" } });
    const { services } = await openServer(kind, upstream);
    const click = { ...makeClick(), ownKey: OWN_KEY };
    await expect(submitClick(services, click)).rejects.toMatchObject({ code: "own_key_refused" });

    const again = submitClick(services, { ...click, ownKey });

    await expect(again).rejects.toMatchObject({ code: "payer_changed" });
    expect(upstream.calls("submit")).toHaveLength(1);
  });
});
