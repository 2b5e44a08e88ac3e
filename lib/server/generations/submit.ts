import "server-only";
import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { appOf } from "@/lib/models";
import { AppError, problem } from "@/lib/problems";
import { withPatience } from "../database/patience";
import type { FalCall } from "../gate/calls";
import type { CheckedInput } from "../gate/input";
import { describePrompt, getLog } from "../log";
import type { Services } from "../services";
import { sealValue } from "../session";
import { sendSubmit } from "../upstream/submit";
import { ownKeyUpstream } from "../upstream/target";
import { webhookAddress } from "../upstream/webhook";
import { LEASE_MS, underLease } from "./leases";
import { findClick, type GenerationRecord, insertRecord, type NewRecord } from "./records";
import { report } from "./report";

/** One click that passed the gate. `origin` is where the browser reaches this server. */
export type Click = CheckedInput & {
  call: Extract<FalCall, { kind: "submit" }>;
  owner: string;
  /** The same for every repeat of the same click. */
  key: string;
  /** What it will cost, in dollars. */
  usd: number;
  /** The fal key of its owner, where that pays rather than the server's: kept sealed while it is needed. */
  ownKey?: string;
  origin: string;
};

// Time enough for a database that is restarted; the answer itself waits much less.
const OUTCOME_PATIENCE_MS = 10 * 60_000;
const INSERT_PATIENCE_MS = 5_000;
const OUTCOME_AWAITED_MS = 75_000;
const OUTCOME_ASKED_EVERY_MS = 250;
const RECORDED_WITHIN_MS = 5_000;

/**
 * Writes the click down, sends it once, and answers as fal would; a repeat gets the first outcome. Throws
 * `unconfirmed` when it may have been taken, `upstream_unavailable` when it certainly was not, and `over_budget`.
 */
export async function submitClick(services: Services, click: Click): Promise<Response> {
  // Made once: a repeated insert is known as its own by the id.
  const made = await toNewRecord(services, click);
  const { db, budget } = services;
  const record = await withPatience(() => insertRecord(db, made, budget), INSERT_PATIENCE_MS);
  if (record) {
    getLog().info({ generation: record.id, ...describePrompt(click.input.prompt) }, "click");
    return sendOnce(services, record, click);
  }
  return repeat(services, click);
}

/** The same click again: what became of it, or another try when it was certainly not sent. */
async function repeat(services: Services, click: Click): Promise<Response> {
  const record = await findSettledClick(services, click);
  switch (record.state.status) {
    case "submitting":
    case "unconfirmed":
      throw new AppError("unconfirmed");
    case "refused": {
      const { isChanged } = await report(services, record.id, { type: "sent-again" });
      // Of two who try again at the same time, one sends.
      return isChanged ? sendOnce(services, record, click) : repeat(services, click);
    }
    default:
      return Response.json(toAccepted(record));
  }
}

async function findSettledClick({ db, now }: Services, click: Click): Promise<GenerationRecord> {
  const awaitedUntil = now() + OUTCOME_AWAITED_MS;
  for (;;) {
    const record = await withPatience(
      () => findClick(db, click.owner, click.key),
      INSERT_PATIENCE_MS,
    );
    if (!record) throw new AppError("not_found");
    if (record.digest !== digestOf(click)) throw new AppError("click_reused");
    if (record.state.status !== "submitting" || now() > awaitedUntil) return record;
    await delay(OUTCOME_ASKED_EVERY_MS);
  }
}

function sendOnce(services: Services, { id }: GenerationRecord, click: Click): Promise<Response> {
  return underLease(services, id, async () => {
    try {
      return await send(services, id, click);
    } catch (error) {
      if (error instanceof AppError && error.code === "upstream_unavailable")
        await writeOutcome(services, id, { type: "refused", problem: problem(error.code) });
      throw error;
    }
  });
}

async function send(services: Services, id: string, click: Click): Promise<Response> {
  const { call, ownKey, sent: body, origin } = click;
  const upstream = ownKey === undefined ? services.upstream : ownKeyUpstream(ownKey);
  const webhook = webhookAddress(id, upstream);
  const outcome = await sendSubmit(call, upstream, { method: "POST", body, origin, webhook });
  switch (outcome.kind) {
    case "accepted":
      await writeOutcome(services, id, { type: "accepted", requestId: outcome.requestId });
      return Response.json({ ...outcome.answer, generation_id: id });
    case "refused": {
      const isOwnKeyBad = ownKey !== undefined && outcome.problem.code === "key_refused";
      const found = isOwnKeyBad ? problem("own_key_refused") : outcome.problem;
      await writeOutcome(services, id, { type: "refused", problem: found });
      if (isOwnKeyBad) throw new AppError("own_key_refused");
      return outcome.answer;
    }
    case "lost":
      await writeOutcome(services, id, { type: "answer-lost", problem: problem("unconfirmed") });
      // The fal client repeats a submit on 502, 503 and 504: this answer it lets be.
      throw new AppError("unconfirmed", { cause: outcome.cause });
  }
}

/** Writes the outcome down, however long the database takes; waits for that only a little. */
async function writeOutcome(...[services, id, event]: Parameters<typeof report>): Promise<void> {
  const recorded = report(services, id, event, OUTCOME_PATIENCE_MS).catch((error: unknown) => {
    getLog().error({ generation: id, event, err: error }, "an outcome could not be written down");
  });
  await Promise.race([recorded, delay(RECORDED_WITHIN_MS, undefined, { ref: false })]);
}

async function toNewRecord({ now, serverId }: Services, click: Click): Promise<NewRecord> {
  const { call, owner, key, input, usd, ownKey } = click;
  return {
    id: crypto.randomUUID(),
    ...{ owner, click: key, digest: digestOf(click), model: call.model, input, usd },
    ownKey: ownKey && (await sealValue(ownKey)),
    createdAt: now(),
    lease: { holder: serverId, until: now() + LEASE_MS },
  };
}

function digestOf({ call, sent }: Click): string {
  return createHash("sha256").update(`${call.model}\n${sent}`).digest("hex");
}

/** As fal answered the first time, as far as a client reads it. */
function toAccepted({ id, model, requestId }: GenerationRecord) {
  const url = `https://queue.fal.run/${appOf(model)}/requests/${requestId}`;
  return {
    status: "IN_QUEUE",
    request_id: requestId,
    response_url: url,
    status_url: `${url}/status`,
    cancel_url: `${url}/cancel`,
    queue_position: 0,
    logs: null,
    metrics: {},
    generation_id: id,
  };
}
