import "server-only";
import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { AppError, type ProblemCode, problem } from "@/lib/problems";
import { retryWhileUnavailable } from "../../database/retry";
import { describePrompt, getLog } from "../../log";
import { sealValue, unsealValue } from "../../session";
import { acceptedAgain } from "../../upstream/answers";
import { sendSubmit } from "../../upstream/submit";
import type { Upstream } from "../../upstream/target";
import { webhookAddress } from "../../upstream/webhook";
import { LEASE_MS, underLease } from "../records/leases";
import {
  claimSending,
  findClick,
  type GenerationRecord,
  insertRecord,
  isClickOfAnother,
  type NewRecord,
  type OutgoingClick,
} from "../records/records";
import { type ReportServices, report } from "../records/report";
import { OwnKeyLostError, upstreamOf } from "../records/upstream-of";

export type SubmitServices = ReportServices & { upstream: Upstream };

/** One click that passed the gate. `origin` is where the browser reaches this server. */
export type Click = Pick<GenerationRecord, "model" | "input"> & {
  /** The body as it goes upstream. */
  sent: string;
  owner: string;
  /** A hash of the network that it comes from, where callers can be told apart. */
  network?: string;
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
// Gateways in front of this server usually wait for a minute.
const OUTCOME_AWAITED_MS = 45_000;
const OUTCOME_ASKED_EVERY_MS = 250;
const RECORDED_WITHIN_MS = 5_000;

/**
 * Writes the click down, sends it once, and answers as fal would; a repeat gets the first outcome. Throws
 * `unconfirmed` when it may have been taken, `upstream_unavailable` when it certainly was not, `over_budget`,
 * `payer_changed`, and `outcome_awaited` while nobody knows yet.
 */
export async function submitClick(services: SubmitServices, click: Click): Promise<Response> {
  // Made once: a repeated insert is known as its own by the id.
  const made = await toNewRecord(services, click);
  const { db, budget } = services;
  const insert = async () => {
    // A browser that has lost its session asks as another owner: what became of the click is not known to that one.
    if (await isClickOfAnother(db, click.owner, click.key)) throw new AppError("unconfirmed");
    return insertRecord(db, made, budget);
  };
  const record = await beforeSending(() => retryWhileUnavailable(insert, INSERT_PATIENCE_MS));
  if (record) {
    services.changes.announce(record);
    getLog().info({ generation: record.id, ...describePrompt(click.input.prompt) }, "click");
    return sendOnce(services, record, click);
  }
  return repeat(services, click);
}

/** Does what comes before a click is written down: whatever goes wrong here, nothing was sent. Throws `not_sent`. */
export async function beforeSending<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AppError ? error : new AppError("not_sent", { cause: error });
  }
}

/** The same click again: what became of it, or another try when it was certainly not sent. */
async function repeat(services: SubmitServices, click: Click): Promise<Response> {
  const record = await findSettledClick(services, click);
  switch (record.state.status) {
    case "submitting":
      throw new AppError("outcome_awaited");
    case "unconfirmed":
      throw new AppError("unconfirmed");
    case "refused": {
      await requireSamePayer(record, click);
      const { isChanged, record: again } = await report(services, record.id, {
        type: "sent-again",
      });
      // If two requests retry at once, the revision check lets only one of them send.
      return isChanged && again ? sendOnce(services, again, click) : repeat(services, click);
    }
    default: {
      const { id, model, requestId = "" } = record;
      return acceptedAgain({ model, requestId }, id);
    }
  }
}

async function findSettledClick(
  { db, now }: SubmitServices,
  click: Click,
): Promise<GenerationRecord> {
  const awaitedUntil = now() + OUTCOME_AWAITED_MS;
  for (;;) {
    const record = await retryWhileUnavailable(
      () => findClick(db, click.owner, click.key),
      INSERT_PATIENCE_MS,
    );
    if (!record) throw new AppError("not_found");
    if (record.digest !== digestOf(click)) throw new AppError("click_reused");
    if (record.state.status !== "submitting" || now() > awaitedUntil) return record;
    await delay(OUTCOME_ASKED_EVERY_MS);
  }
}

/** Who pays for a click never changes: not even when their key is gone, or another one is there. */
async function requireSamePayer({ ownKey }: GenerationRecord, click: Click): Promise<void> {
  const key = ownKey === undefined ? undefined : await unsealValue(ownKey);
  if (key !== click.ownKey) throw new AppError("payer_changed");
}

async function sendOnce(
  services: SubmitServices,
  record: GenerationRecord,
  click: Click,
): Promise<Response> {
  const answer = await underLease(services, record.id, () => sendRecorded(services, record));
  return answer ?? repeat(services, click);
}

/**
 * Sends a click that is written down, under its lease. Only one attempt gets to send it, however many servers try;
 * `undefined` for the others. Throws as `submitClick` does, once the outcome is written down.
 */
export async function sendRecorded(
  services: SubmitServices,
  record: GenerationRecord,
): Promise<Response | undefined> {
  const { outgoing } = record;
  if (!outgoing) return undefined;
  try {
    const upstream = await upstreamOf(services, record);
    if (!(await beginSending(services, record))) return undefined;
    return await send(services, record, outgoing, upstream);
  } catch (error) {
    const code = error instanceof OwnKeyLostError ? "own_key_refused" : findUnsentCode(error);
    if (!code) throw error;
    await writeOutcome(services, record.id, { type: "refused", problem: problem(code) });
    throw error instanceof AppError ? error : new AppError(code, { cause: error });
  }
}

/** After these nothing was sent, and nothing will be unless somebody asks again. */
function findUnsentCode(error: unknown): ProblemCode | undefined {
  const isUnsent =
    error instanceof AppError &&
    (error.code === "upstream_unavailable" || error.code === "over_budget");
  return isUnsent ? error.code : undefined;
}

/** Whether this attempt is the one that may send it. From here on it may have been taken. */
function beginSending(
  { db, budget, serverId: holder, now }: SubmitServices,
  record: GenerationRecord,
): Promise<boolean> {
  const sender = crypto.randomUUID();
  const claim = () => claimSending(db, record, { sender, holder, now: now(), budget });
  return retryWhileUnavailable(claim, INSERT_PATIENCE_MS).catch((error: unknown) => {
    // It is written down, and the watcher sends it once the records can be written again.
    throw error instanceof AppError ? error : new AppError("outcome_awaited", { cause: error });
  });
}

async function send(
  services: SubmitServices,
  { id, model, ownKey }: GenerationRecord,
  { sent: body, origin }: OutgoingClick,
  upstream: Upstream,
): Promise<Response> {
  const webhook = webhookAddress(id, upstream);
  const outcome = await sendSubmit(model, upstream, { method: "POST", body, origin, webhook });
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

async function toNewRecord({ now, serverId }: SubmitServices, click: Click): Promise<NewRecord> {
  const { model, owner, network, key, input, sent, origin, usd, ownKey } = click;
  return {
    id: crypto.randomUUID(),
    ...{ owner, network, click: key, digest: digestOf(click), model, input, usd },
    outgoing: { sent, origin },
    ownKey: ownKey && (await sealValue(ownKey)),
    createdAt: now(),
    lease: { holder: serverId, until: now() + LEASE_MS },
  };
}

function digestOf({ model, sent }: Click): string {
  return createHash("sha256").update(`${model}\n${sent}`).digest("hex");
}
