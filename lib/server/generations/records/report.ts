import "server-only";
import { advance, type GenerationEvent, type GenerationState, isSettled } from "@/lib/generation";
import { retryWhileUnavailable } from "../../database/retry";
import { getLog } from "../../log";
import { getMeters } from "../../metrics/meters";
import type { Budget } from "../../spend/budget";
import { recordRun } from "../../traces/spans";
import type { Changes } from "./changes";
import type { DueSignal } from "./due-signal";
import { findRecord } from "./find";
import { LEASE_MS, type LeaseServices } from "./leases";
import { type GenerationRecord, laneOf } from "./record";
import { type NextCheck, updateState } from "./update";

export type ReportServices = LeaseServices & { budget: Budget; changes: Changes; due: DueSignal };

export type Reported = {
  /** The current record; `undefined` if it was deleted. */
  record?: GenerationRecord;
  /** Whether this report changed the state. */
  isChanged: boolean;
};

const PATIENCE_MS = 5_000;

/** Reports an event of a generation. Any number of callers may report it, in any order; `advance` decides the next state. */
export function report(
  services: ReportServices,
  id: string,
  event: GenerationEvent,
  patienceMs = PATIENCE_MS,
): Promise<Reported> {
  const { db, now } = services;
  return retryWhileUnavailable(async () => {
    for (;;) {
      const record = await findRecord(db, id);
      if (!record) return { isChanged: false };
      const state = advance(record.state, event, new Date(now()));
      if (state === record.state) return { record, isChanged: false };
      const next: NextCheck = planCheck(state, services);
      const change = { ...next, budget: services.budget, now: now() };
      if (!(await updateState(db, record, state, change))) continue;
      services.changes.announce(record);
      if (state.status !== record.state.status)
        announce(services, record, state, next.checkAt ?? next.claimCheckAt);
      logSilence(services, id, record.state, state);
      const requestId = "requestId" in state ? state.requestId : undefined;
      const revision = record.revision + 1;
      return { record: { ...record, state, requestId, revision }, isChanged: true };
    }
  }, patienceMs);
}

const FIRST_CHECK_AFTER_MS = 1_000;

function planCheck(state: GenerationState, { now, serverId }: LeaseServices): NextCheck {
  if (state.status === "unconfirmed") return { claimCheckAt: now() };
  if (isSettled(state)) return {};
  switch (state.status) {
    case "submitting":
      return { checkAt: now(), lease: { holder: serverId, until: now() + LEASE_MS } };
    case "archiving":
      return { checkAt: now() };
    default:
      return { checkAt: now() + FIRST_CHECK_AFTER_MS };
  }
}

function announce(
  { due, now }: ReportServices,
  { id, model, state: before, changedAt, createdAt }: GenerationRecord,
  state: GenerationState,
  checkAt: number | undefined,
) {
  const code = "problem" in state ? state.problem?.code : undefined;
  getLog().info({ generation: id, status: state.status, code }, "generation");
  const { runChanges, runProblems, archived } = getMeters();
  runChanges.inc({ model, state: state.status });
  if (code) runProblems.inc({ code });
  if (before.status === "archiving" && state.status === "done")
    archived.observe(Math.max(0, now() - changedAt) / 1000);
  if (isSettled(state))
    recordRun(
      id,
      { model, state: state.status, problem: code },
      { startedAt: createdAt, endedAt: now() },
    );
  if (checkAt !== undefined) due.raise(laneOf(state), checkAt);
}

/** Logs once if the upstream has not answered about a run for long, and once when it answers again. */
function logSilence(
  { now }: LeaseServices,
  generation: string,
  before: GenerationState,
  after: GenerationState,
): void {
  const silent = findSilence(before);
  const code = findSilence(after)?.problem?.code;
  if (code !== undefined && code !== silent?.problem?.code)
    getLog().warn({ generation, code }, "the upstream does not say what became of a run");
  if (code === undefined && silent?.problem && silent.unheardSince) {
    const seconds = Math.round((now() - Date.parse(silent.unheardSince)) / 1000);
    getLog().info({ generation, seconds }, "the upstream says again what became of a run");
  }
}

function findSilence(state: GenerationState) {
  return state.status === "queued" || state.status === "running" ? state : undefined;
}
