import { describe, expect, test } from "vitest";
import { submitClick } from "@/lib/server/generations/submit/submit";
import { deleteGeneration } from "@/lib/server/library/delete";
import { startLocalUpstream } from "../local-upstream";
import { blocked, startScriptedUpstream } from "../scripted-upstream";
import {
  countRecords,
  databaseKinds,
  makeClick,
  openServer,
  requireClick,
  submitAndFind,
} from "../support";

describe.each(databaseKinds)("a click on %s", (kind) => {
  test("is recorded before it is sent upstream", async () => {
    const upstream = await startScriptedUpstream();
    const { services } = await openServer(kind, upstream);
    const click = makeClick({ prompt: "a boat" });
    const seen: unknown[] = [];
    upstream.answer("submit", async (_, response) => {
      seen.push(await requireClick(services, click));
      response.end('{"request_id":"request-1"}');
    });

    await submitClick(services, click);

    const state = { status: "submitting" };
    expect(seen).toEqual([
      expect.objectContaining({
        owner: "ann",
        state,
        input: expect.objectContaining({ prompt: "a boat" }),
      }),
    ]);
    expect(await requireClick(services, click)).toMatchObject({ requestId: "request-1" });
  });

  test("is sent with the prompt and the key, and is answered like fal", async () => {
    const upstream = await startLocalUpstream();
    const { services } = await openServer(kind, upstream);
    const click = makeClick();

    const answer = await (await submitClick(services, click)).json();

    const { id, requestId } = await requireClick(services, click);
    expect(answer).toMatchObject({
      status: "IN_QUEUE",
      request_id: requestId,
      generation_id: id,
    });
    const [call] = upstream.calls("submit");
    expect(call?.body.toString()).toBe(click.sent);
    expect(call?.headers).toMatchObject({ authorization: "Key test:test" });
  });

  test("sends nothing when it is repeated", async () => {
    const upstream = await startLocalUpstream();
    const { services, openAnother } = await openServer(kind, upstream);
    const click = makeClick();
    const first = await readRequestId(submitClick(services, click));

    const { services: others } = await openAnother();
    const again = [
      await readRequestId(submitClick(services, click)),
      await readRequestId(submitClick(others, click)),
    ];

    expect(again).toEqual([first, first]);
    expect(upstream.calls("submit")).toHaveLength(1);
  });

  test("that arrives ten times at once is sent once", async () => {
    const upstream = await startLocalUpstream();
    const { services, openAnother } = await openServer(kind, upstream);
    const { services: others } = await openAnother();
    const click = makeClick();

    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        readRequestId(submitClick(n % 2 ? others : services, click)),
      ),
    );

    expect(new Set(ids).size).toBe(1);
    expect(upstream.calls("submit")).toHaveLength(1);
    expect(await countRecords(services)).toBe(1);
  });

  test("that another server is sending waits for the outcome", async () => {
    const upstream = await startScriptedUpstream();
    const { services, openAnother } = await openServer(kind, upstream);
    const { services: others } = await openAnother();
    const click = makeClick();
    const submit = blocked({ body: { request_id: "request-1" } });
    upstream.answer("submit", submit.answer);

    const first = submitClick(services, click);
    await submit.arrived;
    const second = submitClick(others, click);
    // Much longer than a database needs to answer that the click exists.
    await Promise.all(Array.from({ length: 20 }, () => requireClick(others, click)));
    submit.release();

    expect(await readRequestId(first)).toBe("request-1");
    expect(await readRequestId(second)).toBe("request-1");
    expect(upstream.calls("submit")).toHaveLength(1);
  });

  test("is not sent again for a browser that has lost its session", async () => {
    const upstream = await startLocalUpstream();
    const { services } = await openServer(kind, upstream);
    const key = "the-same-key";
    await submitClick(services, makeClick({ owner: "ann", key }));

    const again = submitClick(services, makeClick({ owner: "somebody new", key }));

    await expect(again).rejects.toMatchObject({ code: "unconfirmed" });
    expect(upstream.calls("submit")).toHaveLength(1);
  });

  test.each(["ann", "somebody new"])(
    "is not sent again for %s after its generation was deleted",
    async (owner) => {
      const upstream = await startScriptedUpstream();
      upstream.answer("submit", (_, response) => response.destroy());
      const { services } = await openServer(kind, upstream);
      const click = makeClick({ owner: "ann" });
      await expect(submitClick(services, click)).rejects.toMatchObject({ code: "unconfirmed" });
      const { id } = await requireClick(services, click);
      await deleteGeneration(services, "ann", id);

      const again = submitClick(services, { ...click, owner });

      await expect(again).rejects.toMatchObject({ code: "unconfirmed" });
      expect(upstream.calls("submit")).toHaveLength(1);
      expect(await countRecords(services)).toBe(0);
    },
  );

  test("can't be reused for another input", async () => {
    const upstream = await startLocalUpstream();
    const { services } = await openServer(kind, upstream);
    const click = makeClick({ prompt: "a rocket" });
    await submitClick(services, click);

    const other = submitClick(services, makeClick({ key: click.key, prompt: "a boat" }));

    await expect(other).rejects.toMatchObject({ code: "click_reused" });
    expect(upstream.calls("submit")).toHaveLength(1);
    expect(await requireClick(services, click)).toMatchObject({ input: { prompt: "a rocket" } });
  });
});

describe.each(databaseKinds)("a click that the upstream refuses on %s", (kind) => {
  test.each([
    ["429", 429, "rate_limited"],
    ["invalid_key", 401, "key_refused"],
    ["user_locked", 403, "account_locked"],
    ["application_not_found", 404, "model_unavailable"],
    ["content_policy_violation; call=submit", 422, "input_refused"],
  ])("by %s is refused, and the same click may try again", async (fault, status, code) => {
    const upstream = await startLocalUpstream();
    const { services } = await openServer(kind, upstream);
    const click = makeClick({ prompt: `a rocket {{fault: ${fault}}}` });

    expect(await submitClick(services, click)).toMatchObject({ status });
    expect(await requireClick(services, click)).toMatchObject({
      state: { status: "refused", problem: { code, charged: "no" } },
      checkAt: undefined,
    });

    expect(await submitClick(services, click)).toMatchObject({ status: 200 });
    expect(await requireClick(services, click)).toMatchObject({ state: { status: "queued" } });
    expect(await countRecords(services)).toBe(1);
    expect(upstream.calls("submit")).toHaveLength(2);
  });

  test("is sent once more when ten retries arrive at once", async () => {
    const upstream = await startLocalUpstream();
    const { services, openAnother } = await openServer(kind, upstream);
    const { services: others } = await openAnother();
    const click = makeClick({ prompt: "a rocket {{fault: 429}}" });
    await submitClick(services, click);

    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        readRequestId(submitClick(n % 2 ? others : services, click)),
      ),
    );

    expect(new Set(ids).size).toBe(1);
    expect(upstream.calls("submit")).toHaveLength(2);
  });

  test("is refused while the upstream is away, and accepted when it is back", async () => {
    const away = await startScriptedUpstream();
    away.close();
    const { services } = await openServer(kind, away);
    const click = makeClick();

    await expect(submitClick(services, click)).rejects.toMatchObject({
      code: "upstream_unavailable",
    });
    expect(await requireClick(services, click)).toMatchObject({
      state: { status: "refused", problem: { code: "upstream_unavailable", charged: "no" } },
    });

    const back = await startScriptedUpstream({ port: Number(new URL(away.base).port) });
    expect(await submitAndFind(services, click)).toMatchObject({ state: { status: "queued" } });
    expect(back.calls("submit")).toHaveLength(1);
    expect(await countRecords(services)).toBe(1);
  });
});

describe.each(databaseKinds)("a click whose answer is lost on %s", (kind) => {
  test.each(["answer_lost", "500", "502", "503", "504"])(
    "by %s is never sent again",
    async (fault) => {
      const upstream = await startLocalUpstream();
      const { services, openAnother } = await openServer(kind, upstream);
      const { services: others } = await openAnother();
      const click = makeClick({ prompt: `a rocket {{fault: ${fault}}}` });

      for (const server of [services, services, others]) {
        await expect(submitClick(server, click)).rejects.toMatchObject({ code: "unconfirmed" });
      }

      expect(upstream.calls("submit")).toHaveLength(1);
      expect(await requireClick(services, click)).toMatchObject({
        state: { status: "unconfirmed", problem: { code: "unconfirmed", charged: "unknown" } },
        requestId: undefined,
      });
    },
  );

  test.each([
    ["no request id", { body: { status: "IN_QUEUE" } }],
    ["an empty request id", { body: { request_id: "" } }],
    ["half an answer", { body: '{"request_id":"requ' }],
    ["a page", { body: "<!doctype html>" }],
    ["nothing", { body: "" }],
  ])("because it is %s is never sent again", async (_, answer) => {
    const upstream = await startScriptedUpstream();
    upstream.answer("submit", answer);
    const { services } = await openServer(kind, upstream);
    const click = makeClick();

    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(submitClick(services, click)).rejects.toMatchObject({ code: "unconfirmed" });
    }

    expect(upstream.calls("submit")).toHaveLength(1);
    expect(await requireClick(services, click)).toMatchObject({ state: { status: "unconfirmed" } });
  });
});

describe.each(databaseKinds)("the address for a click's webhook on %s", (kind) => {
  test("names the generation", async () => {
    const upstream = await startScriptedUpstream();
    const webhookOrigin = "https://firstframe.example";
    const { services } = await openServer(kind, { ...upstream, webhookOrigin });

    const { id } = await submitAndFind(services, makeClick());

    const [call] = upstream.calls("submit");
    const { searchParams } = new URL(call?.url ?? "", upstream.base);
    expect(searchParams.get("fal_webhook")).toBe(
      `${webhookOrigin}/api/fal/webhook?generation=${id}`,
    );
  });

  test("is absent if the upstream can't reach this server", async () => {
    const upstream = await startScriptedUpstream();
    const { services } = await openServer(kind, upstream);

    await submitClick(services, makeClick());

    expect(upstream.calls("submit")[0]?.url).toBe("/queue.fal.run/fal-ai/minimax-video");
  });
});

async function readRequestId(answer: Promise<Response>): Promise<string> {
  return ((await (await answer).json()) as { request_id: string }).request_id;
}
