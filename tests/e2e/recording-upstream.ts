import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { accepted, unknown } from "../fake-upstream/answers.ts";
import { type FakeUpstream, startFakeUpstream } from "../fake-upstream/fake-upstream.ts";
import type { Call } from "../fake-upstream/recorder.ts";

export type RecordedCall = Call;
export type RecordingUpstream = FakeUpstream;

/** Starts the fake upstream. It answers every call as an accepted submit and knows no prices. */
export async function startRecordingUpstream(): Promise<RecordingUpstream> {
  return startFakeUpstream({
    answers: { prices: unknown },
    otherwise: accepted,
    // A server requests them when it starts.
    unrecorded: ["prices"],
  });
}

/** Returns an origin on which nothing listens. */
export async function findDeadOrigin(): Promise<string> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((settle) => server.close(settle));
  return `http://127.0.0.1:${port}`;
}
