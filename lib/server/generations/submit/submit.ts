import "server-only";
import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { AppError, type ProblemCode, problem } from "@/lib/problems";
import { retryWhileUnavailable } from "../../database/retry";
import { describePrompt, getLog } from "../../log";
import { sealValue, unsealValue } from "../../secrets/seal";
import { inSpan } from "../../traces/spans";
import { acceptedAgain } from "../../upstream/answers";
import { sendSubmit } from "../../upstream/submit";
import type { Upstream } from "../../upstream/target";
import { webhookAddress } from "../../upstream/webhook";
import { findClick, isClickOfAnother } from "../records/find";
import { insertRecord, type NewRecord } from "../records/insert";
import { LEASE_MS, underLease } from "../records/leases";
import type { GenerationRecord, OutgoingClick } from "../records/record";
import { type ReportServices, report } from "../records/report";
import { claimSending } from "../records/update";
import { OwnKeyLostError, upstreamOf } from "../records/upstream-of";

export type SubmitServices = ReportServices & { upstream: Upstream };

/** One click that passed the gate. `origin` is where the browser reaches this server. */
export type Click = Pick<GenerationRecord, "model" | "input"> & {
  /** The body that the server sends upstream. */
  sent: string;
  owner: string;
  /** A hash of the network that it comes from, if the server can distinguish callers. */
  network?: string;
  /** The same for every repeat of the same click. */
  key: string;
  /** Its price in dollars. */
  usd: number;
  /** The owner's fal key, if it pays instead of the server's. The server stores it sealed while it is needed. */
  ownKey?: string;
  origin: string;
};

// This is long enough for a restart of the database. The answer itself waits much less.
const OUTCOME_PATIENCE_MS = 10 * 60_000;
const INSERT_PATIENCE_MS = 5_000;
// Gateways in front of this server usually wait for a minute.
const OUTCOME_AWAITED_MS = 45_000;
const OUTCOME_ASKED_EVERY_MS = 250;
const RECORDED_WITHIN_MS = 5_000;

/**
 * Records the click, sends it once, and answers as fal would; a repeat gets the first outcome. Throws
 * `unconfirmed` if fal may have accepted it, `upstream_unavailable` if fal certainly did not, `over_budget`,
 * `payer_changed`, and `outcome_awaited` while nobody knows yet.
 */
export async function submitClick(services: SubmitServices, click: Click): Promise<Response> {
  // The id is made once, so that a repeated insert recognises its own row.
  const made = await toNewRecord(services, click);
  const { db, budget } = services;
  const insert = async () => {
    // A browser that lost its session asks as another owner, and that owner must not learn the outcome of the click.
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

/** Does the steps before a click is recorded. If one of them fails, nothing was sent: throws `not_sent`. */
export async function beforeSending<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof AppError ? error : new AppError("not_sent", { cause: error });
  }
}

/** Answers a repeated click with its outcome, or tries again if it certainly was not sent. */
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

/** The payer of a click never changes, not even if the key is gone or another key is there. */
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
 * Sends a recorded click under its lease. Only one attempt may send it, however many servers try; returns
 * `undefined` for the others. Throws as `submitClick` does, after it has recorded the outcome.
 */
export function sendRecorded(
  services: SubmitServices,
  record: GenerationRecord,
): Promise<Response | undefined> {
  return inSpan(record.id, "send", () => sendFirst(services, record), { model: record.model });
}

async function sendFirst(
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

/** After these problems nothing was sent, and no server sends the click unless the browser asks again. */
function findUnsentCode(error: unknown): ProblemCode | undefined {
  const isUnsent =
    error instanceof AppError &&
    (error.code === "upstream_unavailable" || error.code === "over_budget");
  return isUnsent ? error.code : undefined;
}

/** Returns whether this attempt may send the click. From here on fal may have accepted it. */
function beginSending(
  { db, budget, serverId: holder, now }: SubmitServices,
  record: GenerationRecord,
): Promise<boolean> {
  const sender = crypto.randomUUID();
  const claim = () => claimSending(db, record, { sender, holder, now: now(), budget });
  return retryWhileUnavailable(claim, INSERT_PATIENCE_MS).catch((error: unknown) => {
    // The click is recorded, and the watcher sends it once the database accepts writes again.
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
  const outcome = await inSpan(id, "submit to fal", () =>
    sendSubmit(model, upstream, { method: "POST", body, origin, webhook }),
  );
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
      // The fal client repeats a submit on 502, 503 and 504, but not on this answer.
      throw new AppError("unconfirmed", { cause: outcome.cause });
  }
}

/** Records the outcome, however long the database takes, but waits only briefly for that. */
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
