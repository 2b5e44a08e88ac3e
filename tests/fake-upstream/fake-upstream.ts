import { accepted, give, inLine, type ScriptedAnswer, unknown } from "./answers.ts";
import { type CallKind, type RecorderOptions, startRecorder } from "./recorder.ts";

export type FakeUpstreamOptions = RecorderOptions & {
  /** Answers by kind of call. By default, a submit is accepted and its run stays in line. */
  answers?: Partial<Record<CallKind, ScriptedAnswer>>;
  /** The answer to all other calls. */
  otherwise?: ScriptedAnswer;
};

export type FakeUpstream = Awaited<ReturnType<typeof startFakeUpstream>>;

/** Starts the only stand-in for fal in these tests. It answers what the test specifies and records the calls. */
export async function startFakeUpstream({
  answers = {},
  otherwise,
  ...options
}: FakeUpstreamOptions = {}) {
  const defaults = otherwise === undefined ? { submit: accepted, status: inLine } : {};
  const scripts = new Map<CallKind, ScriptedAnswer[]>(
    Object.entries({ ...defaults, ...answers }).map(([kind, answer]) => [
      kind as CallKind,
      [answer],
    ]),
  );
  const recorder = await startRecorder((call, response) => {
    const script = scripts.get(call.kind) ?? [];
    const next = script.length > 1 ? script.shift() : script[0];
    return give(next ?? otherwise ?? unknown, call, response);
  }, options);
  return {
    ...recorder,
    base: recorder.origin,
    callsOf: (kind: CallKind) => recorder.calls.filter((call) => call.kind === kind),
    /** Answers such calls with these answers in turn from now on, and repeats the last one. */
    answer(kind: CallKind, ...script: ScriptedAnswer[]) {
      scripts.set(kind, script);
    },
  };
}
