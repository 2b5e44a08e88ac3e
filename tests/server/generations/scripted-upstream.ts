import { onTestFinished } from "vitest";
import { type FakeUpstreamOptions, startFakeUpstream } from "../../fake-upstream/fake-upstream";

export {
  blocked,
  completed,
  file,
  resultAt,
  type ScriptedAnswer,
} from "../../fake-upstream/answers";

/** Starts the fake upstream for one test. */
export async function startScriptedUpstream(options?: FakeUpstreamOptions) {
  const upstream = await startFakeUpstream(options);
  onTestFinished(upstream.close);
  return { ...upstream, calls: upstream.callsOf };
}

export type ScriptedUpstream = Awaited<ReturnType<typeof startScriptedUpstream>>;
