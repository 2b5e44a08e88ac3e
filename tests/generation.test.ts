import { describe, expect, test } from "vitest";
import {
  advance,
  chargeOf,
  type GenerationEvent,
  type GenerationState,
  isSettled,
  isWaiting,
} from "@/lib/generation";
import { problem } from "@/lib/problems";

const now = new Date("2026-01-02T03:04:05.000Z");
const at = now.toISOString();
const requestId = "r-1";
const video = { url: "https://v3b.fal.media/files/b/x/output.mp4" };
const kept = { ...video, bytes: 7 };
const refusal = problem("rate_limited");
const failure = problem("generation_failed");
const lost = problem("unconfirmed");

const submitting: GenerationState = { status: "submitting" };
const queued: GenerationState = { status: "queued", requestId };
const running: GenerationState = { status: "running", requestId, startedAt: at };
const archiving: GenerationState = { status: "archiving", requestId, startedAt: at, video };
const done: GenerationState = {
  ...{ status: "done", requestId, startedAt: at },
  ...{ video: kept, settledAt: at },
};
const failed: GenerationState = {
  ...{ status: "failed", requestId, startedAt: at },
  ...{ problem: failure, settledAt: at },
};
const cancelled: GenerationState = { status: "cancelled", requestId, settledAt: at };
const refused: GenerationState = { status: "refused", problem: refusal, settledAt: at };
const unconfirmed: GenerationState = { status: "unconfirmed", problem: lost, settledAt: at };
const all = [
  ...[submitting, queued, running, archiving],
  ...[done, failed, cancelled, refused, unconfirmed],
];

const accepted: GenerationEvent = { type: "accepted", requestId };
const events: GenerationEvent[] = [
  accepted,
  { type: "refused", problem: refusal },
  { type: "answer-lost", problem: lost },
  { type: "sent-again" },
  { type: "in-line", position: 2 },
  { type: "started" },
  { type: "succeeded", video },
  { type: "archive-delayed", problem: problem("disk_full") },
  { type: "archived", video: kept },
  { type: "failed", problem: failure },
  { type: "cancelled", charged: "unknown" },
];

/** Every valid step. An event that is not listed leaves the state as it is. */
const steps: Record<GenerationState["status"], Partial<Record<GenerationEvent["type"], string>>> = {
  submitting: { accepted: "queued", refused: "refused", "answer-lost": "unconfirmed" },
  queued: {
    ...{ "in-line": "queued", started: "running", succeeded: "archiving" },
    ...{ failed: "failed", cancelled: "cancelled" },
  },
  running: { succeeded: "archiving", failed: "failed", cancelled: "cancelled" },
  archiving: { archived: "done", failed: "failed", "archive-delayed": "archiving" },
  refused: { "sent-again": "submitting" },
  unconfirmed: { accepted: "queued" },
  ...{ done: {}, failed: {}, cancelled: {} },
};

describe.each(all.map((state) => ({ state, status: state.status })))("from $status", (one) => {
  test.each(events.map((event) => ({ event, type: event.type })))("$type", ({ event, type }) => {
    const next = advance(one.state, event, now);
    const expected = steps[one.status][type];
    if (expected === undefined) expect(next).toBe(one.state);
    else {
      expect(next.status).toBe(expected);
      expect(next).not.toBe(one.state);
    }
  });
});

test("keeps the known facts of a run in later states", () => {
  const story = [accepted, { type: "in-line", position: 2 }, { type: "started" }] as const;
  const started = story.reduce<GenerationState>((s, event) => advance(s, event, now), submitting);
  expect(started).toEqual(running);

  const waiting = advance(
    archiving,
    { type: "archive-delayed", problem: problem("disk_full") },
    now,
  );
  expect(waiting).toEqual({ ...archiving, problem: problem("disk_full") });
  expect(advance(waiting, { type: "archived", video: kept }, now)).toEqual(done);
});

test("keeps the upstream's video in a run that could not be archived", () => {
  const gone = advance(archiving, { type: "failed", problem: problem("video_too_large") }, now);
  expect(gone).toMatchObject({ status: "failed", video });
});

test("reports the same delay once", () => {
  const event: GenerationEvent = { type: "archive-delayed", problem: problem("disk_full") };
  const waiting = advance(archiving, event, now);
  expect(advance(waiting, event, now)).toBe(waiting);
});

test("is either waiting, playable, or settled", () => {
  expect(all.filter(isWaiting).map(({ status }) => status)).toEqual([
    "submitting",
    "queued",
    "running",
  ]);
  expect(all.filter((state) => !isWaiting(state) && !isSettled(state))).toEqual([archiving]);
});

test.each([
  [submitting, "no"],
  [queued, "no"],
  [running, "unknown"],
  [archiving, "yes"],
  [done, "yes"],
  [refused, "no"],
  [unconfirmed, "unknown"],
  [failed, "no"],
  [cancelled, "unknown"],
  [{ ...cancelled, startedAt: at }, "unknown"],
  [{ ...cancelled, charged: "no" }, "no"],
] as const)("a run that is %j was charged: %s", (state, charged) => {
  expect(chargeOf(state)).toBe(charged);
});
