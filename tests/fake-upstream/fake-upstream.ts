import { accepted, give, inLine, type ScriptedAnswer, unknown } from "./answers.ts";
import { type CallKind, type RecorderOptions, startRecorder } from "./recorder.ts";

export type FakeUpstreamOptions = RecorderOptions & {
  /** By what a call is about. A submit is accepted and a run stays in line where this says nothing else. */
  answers?: Partial<Record<CallKind, ScriptedAnswer>>;
  /** For all other calls. */
  otherwise?: ScriptedAnswer;
};

export type FakeUpstream = Awaited<ReturnType<typeof startFakeUpstream>>;

/** The one server in fal's place: it says what the test tells it to say, and writes down what it is asked. */
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
    /** From now on such calls are answered so, one after the other and by the last for good. */
    answer(kind: CallKind, ...script: ScriptedAnswer[]) {
      scripts.set(kind, script);
    },
  };
}
