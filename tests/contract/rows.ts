import {
  ApiError,
  type createFalClient,
  type FalClient,
  type QueueStatus,
  ValidationError,
} from "@fal-ai/client";
import { claim, claimEqual, claimMatch, claimRejection } from "./claims.ts";

type Config = NonNullable<Parameters<typeof createFalClient>[0]>;

export type Contract = {
  fal: FalClient;
  /** Makes another client of the same upstream. */
  connect(config: Partial<Config>): FalClient;
  /** A model that makes a video from `{prompt}`. */
  model: string;
  /** A model that makes a video from `{prompt, image_url}`. */
  imageModel: string;
  pollInterval: number;
};

export type Row = {
  title: string;
  /** The section of fal-platform.md that says so. */
  section: string;
  /** The clients that the row applies to: one that calls fal directly, and a page behind the app's gate. */
  clients: readonly ("node" | "browser")[];
  /** The row makes the upstream fail, which is impossible with the real service. */
  forcesFailure?: true;
  /** How many videos the real service would charge for. */
  paidVideos?: number;
  run(contract: Contract): Promise<void>;
};

const both = ["node", "browser"] as const;
const node = ["node"] as const;
const browser = ["browser"] as const;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UNKNOWN_ID = "019a9f00-0000-7000-8000-000000000000";
const MIB = 1024 * 1024;
const greyPng =
  "iVBORw0KGgoAAAANSUhEUgAAAZAAAAGQAQMAAAC6caSPAAAAA1BMVEWAgICQdD0xAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAKklEQVR42u3BMQEAAADCoPVP7W8GoAAAAAAAAAAAAAAAAAAAAAAAAACAN0+wAAGUQRhcAAAAAElFTkSuQmCC";

export const rows: readonly Row[] = [
  // The queue
  {
    title: "submit answers with an id, a place in line and the addresses to follow it at",
    section: "2.2",
    clients: both,
    paidVideos: 1,
    async run({ fal, model, pollInterval }) {
      const queued = await fal.queue.submit(model, { input: { prompt: "a rocket" } });
      claimEqual(queued.status, "IN_QUEUE", "the status");
      claimMatch(queued.request_id, UUID, "the request id");
      claim(Number.isInteger(queued.queue_position), "queue_position is a whole number");
      claimMatch(
        queued.status_url,
        new RegExp(`/requests/${queued.request_id}/status$`),
        "status_url",
      );
      claimMatch(
        queued.response_url,
        new RegExp(`/requests/${queued.request_id}$`),
        "response_url",
      );
      claimMatch(
        queued.cancel_url,
        new RegExp(`/requests/${queued.request_id}/cancel$`),
        "cancel_url",
      );
      await fal.queue.subscribeToStatus(model, { requestId: queued.request_id, pollInterval });
    },
  },
  {
    title: "submit takes any input, and only the result tells what is wrong with it",
    section: "2.2",
    clients: node,
    async run({ fal, model, pollInterval }) {
      const { request_id: requestId } = await fal.queue.submit(model, { input: {} });
      const status = await fal.queue.subscribeToStatus(model, { requestId, pollInterval });
      claimEqual(status.status, "COMPLETED", "the status");
      const error = await claimRejection(fal.queue.result(model, { requestId }), ValidationError);
      claimEqual(error.status, 422, "the result's status");
      claimEqual(error.getFieldErrors("prompt")[0]?.type, "missing", "the error's type");
    },
  },
  {
    title: "submit takes a priority, a hint and headers of its own",
    section: "2.3",
    clients: both,
    paidVideos: 1,
    async run({ fal, model, pollInterval }) {
      const { request_id: requestId } = await fal.queue.submit(model, {
        input: { prompt: "a rocket" },
        priority: "low",
        hint: "a-runner",
        headers: { "X-Fal-No-Retry": "1" },
      });
      await fal.queue.subscribeToStatus(model, { requestId, pollInterval });
    },
  },
  {
    title: "submit to an unknown application is a 404",
    section: "3.4",
    clients: node,
    async run({ fal }) {
      const unknown: string = "fal-ai/no-application-of-this-name";
      const error = await claimApiError(fal.queue.submit(unknown, { input: {} }));
      claimEqual(error.status, 404, "the status");
    },
  },
  {
    title: "submit without a key is a 401 that names the application",
    section: "3.4",
    clients: node,
    async run({ connect, model }) {
      const keyless = connect({ credentials: () => undefined });
      const error = await claimApiError(keyless.queue.submit(model, { input: {} }));
      claimEqual(error.status, 401, "the status");
      claimMatch(error.body?.detail, /Cannot access application/, "the detail");
    },
  },
  {
    title: "status tells how many are ahead while a request waits",
    section: "2.4",
    clients: both,
    forcesFailure: true,
    async run({ fal, model }) {
      const requestId = await submit(fal, model, "long_queue; ahead=4; ms=60000");
      const status = await fal.queue.status(model, { requestId, logs: true });
      claimEqual(status.status, "IN_QUEUE", "the status");
      claim("queue_position" in status && status.queue_position >= 4, "four are ahead");
      claimEqual("logs" in status && status.logs, null, "the logs of a waiting request");
      await fal.queue.cancel(model, { requestId });
    },
  },
  {
    title: "status sends logs when they are asked for, and null when not",
    section: "2.4",
    clients: both,
    paidVideos: 1,
    async run({ fal, model, pollInterval }) {
      const { request_id: requestId } = await fal.queue.submit(model, {
        input: { prompt: "a rocket" },
      });
      await fal.queue.subscribeToStatus(model, { requestId, pollInterval });
      const [chatty, silent] = await Promise.all([
        fal.queue.status(model, { requestId, logs: true }),
        fal.queue.status(model, { requestId, logs: false }),
      ]);
      claim("logs" in chatty && Array.isArray(chatty.logs), "logs are a list");
      claimEqual("logs" in silent && silent.logs, null, "the logs that were not asked for");
      const metrics = "metrics" in chatty ? chatty.metrics : undefined;
      claim(typeof metrics?.inference_time === "number", "the inference time is a number");
    },
  },
  {
    title: "status, result and cancel of an unknown request are a 404",
    section: "2.4, 2.6",
    clients: both,
    async run({ fal, model }) {
      const calls = [fal.queue.status, fal.queue.result, fal.queue.cancel];
      for (const call of calls) {
        const error = await claimApiError(call(model, { requestId: UNKNOWN_ID }));
        claimEqual(error.status, 404, "the status");
        claimEqual(error.body, { status: "NOT_FOUND" }, "the body");
      }
    },
  },
  {
    title: "streamStatus sends statuses until the request is completed",
    section: "2.5",
    clients: both,
    paidVideos: 1,
    async run({ fal, model }) {
      const { request_id: requestId } = await fal.queue.submit(model, {
        input: { prompt: "a rocket" },
      });
      const stream = await fal.queue.streamStatus(model, { requestId, logs: true });
      const seen: string[] = [];
      for await (const { status } of stream) seen.push(status);
      claimEqual(seen.at(-1), "COMPLETED", "the last status");
      claim(
        seen.slice(0, -1).every((status) => status !== "COMPLETED"),
        "COMPLETED comes last",
      );
    },
  },
  {
    title: "streamStatus in client mode follows a request with a token in place of the key",
    section: "1.1, 2.8",
    clients: node,
    paidVideos: 1,
    async run({ fal, model }) {
      const { request_id: requestId } = await fal.queue.submit(model, {
        input: { prompt: "a rocket" },
      });
      const stream = await fal.queue.streamStatus(model, { requestId, connectionMode: "client" });
      const last = (await stream.done()) as QueueStatus;
      claimEqual(last.status, "COMPLETED", "the last status");
    },
  },
  {
    title: "subscribeToStatus polls until the request is completed",
    section: "2.8",
    clients: both,
    paidVideos: 1,
    async run({ fal, model, pollInterval }) {
      const { request_id: requestId } = await fal.queue.submit(model, {
        input: { prompt: "a rocket" },
      });
      const seen: string[] = [];
      const last = await fal.queue.subscribeToStatus(model, {
        requestId,
        pollInterval,
        onQueueUpdate: ({ status }) => seen.push(status),
      });
      claimEqual(last.status, "COMPLETED", "the last status");
      claimEqual(seen.at(-1), "COMPLETED", "the last update");
      claimEqual(last.request_id, requestId, "the id in the status");
    },
  },
  {
    title: "subscribeToStatus in streaming mode collects the logs",
    section: "2.5, 2.8",
    clients: both,
    paidVideos: 1,
    async run({ fal, model }) {
      const { request_id: requestId } = await fal.queue.submit(model, {
        input: { prompt: "a rocket" },
      });
      const counts: number[] = [];
      const last = await fal.queue.subscribeToStatus(model, {
        requestId,
        mode: "streaming",
        logs: true,
        onQueueUpdate: (update) => {
          if ("logs" in update) counts.push(update.logs?.length ?? 0);
        },
      });
      claimEqual(last.status, "COMPLETED", "the last status");
      claimEqual(
        counts,
        counts.toSorted((a, b) => a - b),
        "the growing number of log lines",
      );
    },
  },
  {
    title: "result answers with the model's output and the request's id",
    section: "2.7",
    clients: both,
    paidVideos: 1,
    async run({ fal, model, pollInterval }) {
      const { request_id: requestId } = await fal.queue.submit(model, {
        input: { prompt: "a rocket" },
      });
      await fal.queue.subscribeToStatus(model, { requestId, pollInterval });
      const result = await fal.queue.result(model, { requestId });
      claimEqual(result.requestId, requestId, "the id from the header");
      claimVideo(result.data);
    },
  },
  {
    title: "result before the end is a 400",
    section: "2.7",
    clients: both,
    forcesFailure: true,
    async run({ fal, model }) {
      const requestId = await submit(fal, model, "slow_start; ms=60000");
      const error = await claimApiError(fal.queue.result(model, { requestId }));
      claimEqual(error.status, 400, "the status");
      claimMatch(error.body?.detail, /in progress/, "the detail");
      await fal.queue.cancel(model, { requestId });
    },
  },
  {
    title: "cancel takes a waiting request out of the queue, and its result says so",
    section: "2.6",
    clients: both,
    forcesFailure: true,
    async run({ fal, model }) {
      const requestId = await submit(fal, model, "slow_start; ms=60000");
      await fal.queue.cancel(model, { requestId });
      const { status } = await fal.queue.status(model, { requestId });
      claimEqual(status, "COMPLETED", "the status");
      const error = await claimApiError(fal.queue.result(model, { requestId }));
      claimEqual(error.status, 499, "the result's status");
      claimEqual(error.body?.error_type, "client_cancelled", "the error type");
    },
  },
  {
    title: "cancel after the end is a 400",
    section: "2.6",
    clients: both,
    forcesFailure: true,
    async run({ fal, model, pollInterval }) {
      const requestId = await submit(fal, model, "content_policy_violation");
      await fal.queue.subscribeToStatus(model, { requestId, pollInterval });
      const error = await claimApiError(fal.queue.cancel(model, { requestId }));
      claimEqual(error.status, 400, "the status");
      claimEqual(error.body, { status: "ALREADY_COMPLETED" }, "the body");
    },
  },
  {
    title: "submit takes the address of a webhook",
    section: "4",
    clients: node,
    paidVideos: 1,
    async run({ fal, model, pollInterval }) {
      const { request_id: requestId } = await fal.queue.submit(model, {
        input: { prompt: "a rocket" },
        webhookUrl: "https://hooks.firstframe.invalid/fal",
      });
      await fal.queue.subscribeToStatus(model, { requestId, pollInterval });
    },
  },

  // subscribe
  {
    title: "subscribe polls and answers with a video that can be fetched",
    section: "2.8",
    clients: both,
    paidVideos: 1,
    async run({ fal, model, pollInterval }) {
      const enqueued: string[] = [];
      const seen: string[] = [];
      const { data, requestId } = await fal.subscribe(model, {
        input: { prompt: "a rocket" },
        pollInterval,
        onEnqueue: (id) => enqueued.push(id),
        onQueueUpdate: ({ status }) => seen.push(status),
      });
      claimEqual(enqueued, [requestId], "the ids that were enqueued");
      claimEqual(seen.at(-1), "COMPLETED", "the last update");
      const response = await fetch(claimVideo(data));
      const bytes = new Uint8Array(await response.arrayBuffer());
      claimEqual(response.headers.get("content-type"), "video/mp4", "the video's type");
      claimEqual(String.fromCharCode(...bytes.slice(4, 8)), "ftyp", "how an MP4 begins");
    },
  },
  {
    title: "subscribe streams and answers with a video",
    section: "2.5, 2.8",
    clients: both,
    paidVideos: 1,
    async run({ fal, model }) {
      const { data } = await fal.subscribe(model, {
        input: { prompt: "a rocket" },
        mode: "streaming",
        logs: true,
      });
      claimVideo(data);
    },
  },
  {
    title: "subscribe uploads a file in the input and sends its address",
    section: "2.8, 5.1",
    clients: both,
    paidVideos: 1,
    async run({ fal, imageModel, pollInterval }) {
      const image = new File([decode(greyPng)], "grey.png", { type: "image/png" });
      const { data } = await fal.subscribe(imageModel, {
        input: { prompt: "a rocket", image_url: image },
        pollInterval,
      });
      claimVideo(data);
    },
  },
  {
    title: "subscribe sends a data URI as it is",
    section: "2.8, 5.3",
    clients: node,
    paidVideos: 1,
    async run({ fal, imageModel, pollInterval }) {
      const { data } = await fal.subscribe(imageModel, {
        input: { prompt: "a rocket", image_url: `data:image/png;base64,${greyPng}` },
        pollInterval,
      });
      claimVideo(data);
    },
  },

  // Storage
  {
    title: "upload keeps a file of one byte",
    section: "5.1",
    clients: both,
    run: ({ fal }) => claimUpload(fal, 1),
  },
  {
    title: "upload keeps a file of 5 MB",
    section: "5.1",
    clients: both,
    run: ({ fal }) => claimUpload(fal, 5 * MIB),
  },
  {
    title: "upload keeps a file of 100 MB, which goes in parts",
    section: "5.1",
    clients: node,
    run: ({ fal }) => claimUpload(fal, 100 * MIB),
  },
  {
    title: "upload takes how long a file is to be kept",
    section: "5.3",
    clients: both,
    async run({ fal }) {
      const url = await fal.storage.upload(new Blob(["x"], { type: "image/png" }), {
        lifecycle: { expiresIn: "1h" },
      });
      claimEqual(await (await fetch(url)).text(), "x", "the file");
    },
  },
  {
    title: "transformInput replaces files at any depth and leaves the rest",
    section: "2.8",
    clients: both,
    async run({ fal }) {
      const file = () => new File(["x"], "x.png", { type: "image/png" });
      const input = { a: { b: [file(), "data:text/plain,x"] }, c: file(), n: 1, t: "text" };
      const output = (await fal.storage.transformInput(input)) as unknown as {
        a: { b: string[] };
        c: string;
      };
      const { a, c } = output;
      claimMatch(a.b[0], /^https?:.*x\.png$/, "the file in the list");
      claimMatch(c, /^https?:.*x\.png$/, "the other file");
      claim(a.b[0] !== c, "each file has an address of its own");
      claimEqual(
        { ...output, a: a.b[1], c: 0 },
        { a: "data:text/plain,x", c: 0, n: 1, t: "text" },
        "the rest",
      );
    },
  },

  // run and stream
  {
    title: "run answers with the model's output on the same line",
    section: "2.2",
    clients: node,
    paidVideos: 1,
    async run({ fal, model }) {
      const { data, requestId } = await fal.run(model, { input: { prompt: "a rocket" } });
      claimVideo(data);
      claimMatch(requestId, UUID, "the request id");
    },
  },
  {
    title: "run raises the model's own error",
    section: "3.1",
    clients: node,
    async run({ fal, model }) {
      const error = await claimRejection(fal.run(model, { input: {} }), ValidationError);
      claimEqual(error.fieldErrors[0]?.type, "missing", "the error's type");
      claimEqual(error.fieldErrors[0]?.loc, ["body", "prompt"], "the error's place");
    },
  },
  {
    title: "stream of a model that has no stream is a 404",
    section: "3.1",
    clients: node,
    async run({ fal, model }) {
      const stream = await fal.stream(model, { input: { prompt: "a rocket" } });
      const error = await claimApiError(stream.done());
      claimEqual(error.status, 404, "the status");
    },
  },

  // What the models accept
  {
    title: "a length that a model doesn't have is a literal error that names those it has",
    section: "3.1, 6.2",
    clients: node,
    async run({ fal, pollInterval }) {
      const model: string = "fal-ai/minimax/hailuo-02/standard/image-to-video";
      const image_url = `data:image/png;base64,${greyPng}`;
      const input = { prompt: "a rocket", image_url, duration: "7" };
      const error = await claimRejection(
        fal.subscribe(model, { input, pollInterval }),
        ValidationError,
      );
      const [field] = error.getFieldErrors("duration");
      claimEqual(field?.type, "literal_error", "the error's type");
      claimMatch(field?.msg, /'6'.*'10'/, "the message");
    },
  },
  {
    title: "a model takes a length, a resolution and a picture to end with",
    section: "6.2",
    clients: node,
    paidVideos: 1,
    async run({ fal, pollInterval }) {
      const image_url = `data:image/png;base64,${greyPng}`;
      const { data } = await fal.subscribe("fal-ai/minimax/hailuo-02/standard/image-to-video", {
        input: {
          prompt: "a rocket",
          image_url,
          end_image_url: image_url,
          duration: "10",
          resolution: "512P",
        },
        pollInterval,
      });
      claimVideo(data);
    },
  },

  // The classes of errors, and how the client reacts to them
  {
    title: "a model's 500 is an ApiError with the body and the request's id",
    section: "3.2",
    clients: both,
    forcesFailure: true,
    async run(contract) {
      const error = await claimApiError(subscribe(contract, "downstream_service_unavailable"));
      claimEqual(error.status, 500, "the status");
      claimMatch(
        JSON.stringify(error.body?.detail),
        /"type":"downstream_service_unavailable"/,
        "the detail",
      );
      claimMatch(error.requestId, UUID, "the request id");
      claimEqual(error.isUserTimeout, false, "isUserTimeout");
    },
  },
  {
    title: "a refused prompt is a ValidationError though the status says nothing of it",
    section: "2.4, 3.2",
    clients: both,
    forcesFailure: true,
    async run({ fal, model, pollInterval }) {
      const requestId = await submit(fal, model, "content_policy_violation");
      const status = await fal.queue.subscribeToStatus(model, { requestId, pollInterval });
      claim(!("error" in status), "the status has no error");
      const error = await claimRejection(fal.queue.result(model, { requestId }), ValidationError);
      const [field] = error.getFieldErrors("prompt");
      claimEqual(field?.type, "content_policy_violation", "the error's type");
      claimEqual(error.fieldErrors.length, 1, "how many errors there are");
    },
  },
  {
    title: "a runner that broke is named in the status and in the result",
    section: "3.3",
    clients: both,
    forcesFailure: true,
    async run({ fal, model, pollInterval }) {
      const requestId = await submit(fal, model, "runner_server_error");
      const status = await fal.queue.subscribeToStatus(model, { requestId, pollInterval });
      claimEqual(
        (status as { error_type?: string }).error_type,
        "runner_server_error",
        "the status's error type",
      );
      const error = await claimApiError(fal.queue.result(model, { requestId }));
      claimEqual(
        [error.status, error.body?.error_type],
        [500, "runner_server_error"],
        "the result",
      );
    },
  },
  {
    title: "a request that wasn't started in time is a user timeout, and isn't tried again",
    section: "2.3, 3.3",
    clients: both,
    forcesFailure: true,
    async run(contract) {
      const error = await claimApiError(subscribe(contract, "user_start_timeout"));
      claimEqual([error.status, error.isUserTimeout], [504, true], "the timeout");
    },
  },
  {
    title: "a start timeout runs out while a request waits",
    section: "2.3",
    clients: node,
    forcesFailure: true,
    async run({ fal, model, pollInterval }) {
      const subscribed = fal.subscribe(model, {
        input: mark("slow_start; ms=60000"),
        startTimeout: 1.1,
        pollInterval,
      });
      const error = await claimApiError(subscribed);
      claimEqual([error.status, error.isUserTimeout], [504, true], "the timeout");
    },
  },
  {
    title: "a locked account is an ApiError that says why",
    section: "3.4",
    clients: both,
    forcesFailure: true,
    async run(contract) {
      const error = await claimApiError(subscribe(contract, "user_locked"));
      claimEqual(error.status, 403, "the status");
      claimMatch(error.body?.detail, /User is locked/, "the detail");
    },
  },
  {
    title: "an aborted call is an AbortError",
    section: "2.8",
    clients: both,
    async run({ fal, model }) {
      const abortSignal = AbortSignal.abort();
      const calls = [
        fal.queue.submit(model, { input: {}, abortSignal }),
        fal.queue.status(model, { requestId: UNKNOWN_ID, abortSignal }),
        fal.queue.result(model, { requestId: UNKNOWN_ID, abortSignal }),
        fal.queue.cancel(model, { requestId: UNKNOWN_ID, abortSignal }),
        fal.subscribe(model, { input: {}, abortSignal }),
      ];
      for (const call of calls) {
        const error = await claimRejection(call, DOMException);
        claimEqual(error.name, "AbortError", "the error's name");
      }
    },
  },
  {
    title: "a client's own timeout is an Error, and the request is cancelled",
    section: "2.8",
    clients: both,
    forcesFailure: true,
    async run({ fal, model }) {
      const requestId = await submit(fal, model, "slow_start; ms=60000");
      const waiting = fal.queue.subscribeToStatus(model, {
        requestId,
        timeout: 50,
        pollInterval: 60_000,
      });
      const error = await claimRejection(waiting, Error);
      claimMatch(error.message, /^Client timed out waiting/, "the message");
      // The upstream cancels later, and the stream ends after that.
      const last = await (await fal.queue.streamStatus(model, { requestId })).done();
      claimEqual((last as QueueStatus).status, "COMPLETED", "the status");
    },
  },
  {
    title: "a submit that is refused with 429 is tried again",
    section: "2.8, 3.4",
    clients: both,
    forcesFailure: true,
    run: (contract) => claimThrough(contract, "429; call=submit"),
  },
  {
    title: "a submit that is refused with 503 is tried again",
    section: "2.8",
    clients: node,
    forcesFailure: true,
    run: (contract) => claimThrough(contract, "503; call=submit"),
  },
  ...([429, 500, 502, 503, 504] as const).map(
    (status): Row => ({
      title: `a status call that fails with ${status} is tried again`,
      section: "2.8",
      clients: status === 429 || status === 500 ? both : node,
      forcesFailure: true,
      run: (contract) => claimThrough(contract, `${status}; call=status`),
    }),
  ),
  {
    title: "a result call that fails with 503 is tried again",
    section: "2.8",
    clients: both,
    forcesFailure: true,
    run: (contract) => claimThrough(contract, "503; call=result"),
  },
  {
    title: "a result call that fails with 500 isn't tried again",
    section: "2.8",
    clients: both,
    forcesFailure: true,
    async run(contract) {
      // More than once, because behind the app its server asks, too.
      const error = await claimApiError(subscribe(contract, "500; call=result; times=50"));
      claimEqual(error.status, 500, "the status");
    },
  },
  {
    title: "a status call whose connection breaks is tried again",
    section: "2.8",
    clients: both,
    forcesFailure: true,
    run: (contract) => claimThrough(contract, "connection_reset; call=status"),
  },
  {
    title: "a submit whose answer is lost is sent a second time",
    section: "2.8",
    clients: node,
    forcesFailure: true,
    run: (contract) => claimThrough(contract, "answer_lost"),
  },
  {
    title: "a result that is no JSON is a SyntaxError",
    section: "2.8",
    clients: both,
    forcesFailure: true,
    async run(contract) {
      await claimRejection(subscribe(contract, "malformed_json; times=50"), SyntaxError);
    },
  },
  {
    title: "compressed answers are read like any",
    section: "1.3, 10.5",
    clients: both,
    forcesFailure: true,
    run: (contract) => claimThrough(contract, "gzip"),
  },
  {
    title: "a status stream that is cut is an ApiError",
    section: "2.8",
    clients: both,
    forcesFailure: true,
    async run({ fal, model }) {
      const requestId = await submit(fal, model, "slow_start; ms=300, cut");
      const following = fal.queue.subscribeToStatus(model, { requestId, mode: "streaming" });
      const error = await claimApiError(following);
      claimEqual(error.status, 500, "the status that the client makes up");
    },
  },
  {
    title: "an expired result is a 404 though the status says completed",
    section: "2.7",
    clients: both,
    forcesFailure: true,
    async run(contract) {
      const error = await claimApiError(subscribe(contract, "result_expired"));
      claimEqual(error.status, 404, "the status");
    },
  },

  // What fal offers and the app's gate refuses to a page
  {
    title: "the app refuses run",
    section: "1.3",
    clients: browser,
    async run({ fal, model }) {
      await claimRefused(fal.run(model, { input: { prompt: "a rocket" } }));
    },
  },
  {
    title: "the app refuses stream",
    section: "1.3",
    clients: browser,
    async run({ fal, model }) {
      const stream = await fal.stream(model, { input: { prompt: "a rocket" } });
      await claimRefused(stream.done());
    },
  },
  {
    title: "the app refuses an upload in parts",
    section: "1.3, 5.1",
    clients: browser,
    async run({ fal }) {
      await claimRefused(fal.storage.upload(new Blob([new Uint8Array(100 * MIB)])));
    },
  },
  {
    title: "the app refuses a token",
    section: "1.1, 1.3",
    clients: browser,
    async run({ fal, model }) {
      const stream = await fal.queue.streamStatus(model, {
        requestId: UNKNOWN_ID,
        connectionMode: "client",
      });
      await claimRefused(stream.done());
    },
  },
  {
    title: "the app refuses a webhook",
    section: "1.3, 4",
    clients: browser,
    async run({ fal, model }) {
      const webhookUrl = "https://hooks.firstframe.invalid/fal";
      await claimRefused(fal.queue.submit(model, { input: {}, webhookUrl }));
    },
  },
  {
    title: "the app refuses an input that does not fit the model",
    section: "1.3, 2.2",
    clients: browser,
    async run({ fal, model }) {
      const error = await claimApiError(fal.queue.submit(model, { input: {} }));
      claimEqual([error.status, error.body?.error_type], [400, "bad_request"], "the answer");
    },
  },
  {
    title: "the app refuses a model that isn't its own",
    section: "1.3",
    clients: browser,
    async run({ fal }) {
      const other: string = "fal-ai/flux/dev";
      await claimRefused(fal.queue.submit(other, { input: {} }));
    },
  },
  {
    title: "the app lets no submit be sent twice whose answer was lost",
    section: "2.8",
    clients: browser,
    forcesFailure: true,
    async run(contract) {
      const error = await claimApiError(subscribe(contract, "answer_lost"));
      claimEqual([error.status, error.body?.error_type], [500, "unconfirmed"], "the answer");
    },
  },
];

type FalBody = { detail?: unknown; error_type?: string };

function claimApiError(promise: Promise<unknown>): Promise<ApiError<FalBody>> {
  return claimRejection(promise, ApiError<FalBody>);
}

/** A marker in the prompt that a local fal recognises, because the app does not forward headers of a page. */
function mark(fault: string) {
  return { prompt: `a rocket {{fault: ${fault}}}` };
}

async function submit(fal: FalClient, model: string, fault: string): Promise<string> {
  const { request_id: requestId } = await fal.queue.submit(model, { input: mark(fault) });
  return requestId;
}

function subscribe({ fal, model, pollInterval }: Contract, fault: string) {
  return fal.subscribe(model, { input: mark(fault), pollInterval });
}

async function claimThrough(contract: Contract, fault: string) {
  const { data } = await subscribe(contract, fault);
  claimVideo(data);
}

function claimVideo(data: unknown): string {
  const { video } = data as { video?: { url?: string } };
  claimMatch(video?.url, /^https?:\/\/.+/, "the video's address");
  return video?.url ?? "";
}

async function claimRefused(promise: Promise<unknown>) {
  const error = await claimApiError(promise);
  claimEqual([error.status, error.body?.error_type], [403, "call_refused"], "the answer");
}

async function claimUpload(fal: FalClient, bytes: number) {
  // All words differ, so that a lost or repeated part is noticed.
  const content = Uint32Array.from({ length: Math.ceil(bytes / 4) }, (_, at) => at * 2_654_435_761);
  const sent = new Uint8Array(content.buffer, 0, bytes);
  const file = new File([sent], "bytes.png", { type: "image/png" });
  const response = await fetch(await fal.storage.upload(file));
  claimEqual(response.status, 200, "the status of the download");
  const received = new Uint8Array(await response.arrayBuffer());
  claimEqual(received.length, bytes, "the number of bytes");
  const different = received.findIndex((byte, at) => byte !== sent[at]);
  claimEqual(different, -1, "the first byte that differs");
}

function decode(base64: string) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
