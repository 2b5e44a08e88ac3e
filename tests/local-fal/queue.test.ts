import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type QueueStatus, ValidationError } from "@fal-ai/client";
import sharp from "sharp";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { openLocalFal } from "../../lib/local-fal/index.ts";
import {
  blockRenders,
  type Connection,
  connect,
  imageToVideo,
  makeDirectory,
  readPhoto,
  renderAtOnce,
  settle,
  startFal,
  textToVideo,
} from "./support.ts";

const queueUrl = "https://queue.fal.run";
const unknownId = "019ef3ca-bf2e-71b2-8000-000000000000";
const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("turns an uploaded picture into a video", async () => {
  const { client } = await startFal();
  const input = { image_url: await readPhoto("rocket.jpg"), prompt: "[Push in]" };
  const { request_id: requestId } = await client.queue.submit(imageToVideo, { input });
  expect(requestId).toMatch(uuidV7);

  const completed = await client.queue.subscribeToStatus(imageToVideo, {
    requestId,
    logs: true,
    pollInterval: 50,
  });
  const messages = completed.logs.map(({ message }) => message);
  expect(messages[0]).toBe("Reading the picture: 640 x 427");
  expect(messages).toContain("Rendered 25 of 141 frames");
  expect(completed.metrics?.inference_time).toBeGreaterThan(0);

  const result = await client.queue.result(imageToVideo, { requestId });
  expect(result.requestId).toBe(requestId);
  const { video } = result.data;
  expect(video).toMatchObject({ content_type: "video/mp4", file_name: "output.mp4" });
  const bytes = Buffer.from(await (await fetch(video.url)).arrayBuffer());
  expect(bytes.length).toBe(video.file_size);
  expect(bytes.toString("latin1", 4, 8)).toBe("ftyp");
});

test.each(["fal-ai/minimax-video/image-to-video", "fal-ai/minimax/video-01/image-to-video"])(
  "takes a picture as a data URI for %s",
  async (endpoint) => {
    const fal = await startFal({ render: renderAtOnce });
    const photo = Buffer.from(await (await readPhoto("rocket.jpg")).arrayBuffer());
    const imageUrl = `data:image/jpeg;base64,${photo.toString("base64")}`;
    const input = { prompt: "x", image_url: imageUrl };
    const { request_id: id } = await fal.client.queue.submit(endpoint, { input });
    expect((await settle(fal, id)).status).toBe(200);
  },
);

test.each(["fal-ai/minimax-video", "fal-ai/minimax/video-01"])(
  "needs only words for %s",
  async (endpoint) => {
    const fal = await startFal({ render: renderAtOnce });
    const input = { prompt: "a lake" };
    const { request_id: id } = await fal.client.queue.submit(endpoint, { input });
    const { video } = await (await settle(fal, id)).json();
    expect(await (await fetch(video.url)).text()).toBe("video of a lake");
  },
);

test("counts the requests ahead and runs them in order", async () => {
  const hold = blockRenders();
  const fal = await startFal({ render: hold.render });
  const ids: string[] = [];
  for (const [position, prompt] of ["first", "second", "third"].entries()) {
    const submitted = await fal.client.queue.submit(textToVideo, { input: { prompt } });
    expect(submitted).toMatchObject({ status: "IN_QUEUE", queue_position: position, logs: null });
    ids.push(submitted.request_id);
  }
  await hold.untilStarted(1);
  expect(await Promise.all(ids.map((id) => statusOf(fal, id)))).toMatchObject([
    { status: "IN_PROGRESS" },
    { status: "IN_QUEUE", queue_position: 1 },
    { status: "IN_QUEUE", queue_position: 2 },
  ]);

  hold.releaseNext();
  await hold.untilStarted(2);
  expect(await statusOf(fal, ids[2])).toMatchObject({ queue_position: 1 });
  hold.releaseNext();
  await hold.untilStarted(3);
  hold.releaseNext();
  await settle(fal, ids[2] ?? "");
  expect(hold.started).toEqual(["first", "second", "third"]);
});

test("runs as many requests at a time as it is configured to", async () => {
  const hold = blockRenders();
  const fal = await startFal({ render: hold.render, concurrency: 2 });
  const ids = await submitAll(fal, ["first", "second", "third"]);
  await hold.untilStarted(2);
  expect(await statusOf(fal, ids[2])).toMatchObject({ status: "IN_QUEUE", queue_position: 2 });
});

test("answers 202 until a request is completed, then 200", async () => {
  const hold = blockRenders();
  const fal = await startFal({ render: hold.render });
  const [running, queued] = await submitAll(fal, ["running", "queued"]);
  await hold.untilStarted(1);
  const codeOf = async (id?: string) =>
    (await fal.call(`${queueUrl}/${textToVideo}/requests/${id}/status`)).status;
  expect([await codeOf(running), await codeOf(queued)]).toEqual([202, 202]);

  hold.releaseNext();
  await settle(fal, running ?? "");
  expect(await codeOf(running)).toBe(200);
});

test("shows logs only when they are asked for", async () => {
  const hold = blockRenders();
  const fal = await startFal({ render: hold.render });
  const [id] = await submitAll(fal, ["x"]);
  await hold.untilStarted(1);
  expect((await statusOf(fal, id)).logs).toBeNull();
  expect((await statusOf(fal, id, "?logs=1")).logs).toEqual([
    expect.objectContaining({ message: expect.stringMatching(/^Seed: \d+$/) }),
    {
      message: "Rendered 25 of 141 frames",
      level: "INFO",
      source: "USER",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    },
  ]);
});

test("streams the status as it changes, with each log once, and ends after COMPLETED", async () => {
  const hold = blockRenders();
  const fal = await startFal({ render: hold.render });
  const [, id = ""] = await submitAll(fal, ["first", "second"]);
  await hold.untilStarted(1);
  const stream = await fal.client.queue.streamStatus(textToVideo, { requestId: id, logs: true });
  const seen: QueueStatus[] = [];
  for await (const status of stream) {
    seen.push(status);
    if (seen.length === 1) hold.releaseNext();
    if (hold.started.length === 2) hold.releaseNext();
  }

  expect(seen[0]).toMatchObject({ status: "IN_QUEUE", queue_position: 1 });
  expect(seen.at(-1)).toMatchObject({ status: "COMPLETED" });
  const messages = seen.flatMap((status) => ("logs" in status ? (status.logs ?? []) : []));
  expect(messages.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^Seed: \d+$/),
    "Rendered 25 of 141 frames",
    "Writing the video: 1280 x 720, 5.64 s",
  ]);
});

test("answers under the app, the full model id and /response", async () => {
  const fal = await startFal({ render: renderAtOnce });
  const [id = ""] = await submitAll(fal, ["x"]);
  await settle(fal, id);
  for (const path of [
    `fal-ai/minimax-video/requests/${id}`,
    `fal-ai/minimax-video/requests/${id}/response`,
    `fal-ai/minimax-video/image-to-video/requests/${id}`,
    `fal-ai/minimax-video/image-to-video/requests/${id}/response`,
    `fal-ai/minimax-video/image-to-video/requests/${id}/status`,
    `fal-ai/minimax-video/requests/${id}/status/stream`,
  ]) {
    const response = await fal.call(`${queueUrl}/${path}`);
    expect([path, response.status, response.headers.get("x-fal-request-id")]).toEqual([
      path,
      200,
      id,
    ]);
  }
});

test("names the addresses of a request under the base that a proxy in front names", async () => {
  const { fal } = await startFal({ render: renderAtOnce });
  const response = await fal.fetch(
    new Request(`http://inside/queue.fal.run/${imageToVideo}`, {
      method: "POST",
      headers: { authorization: "Key x", "x-fal-public-base": "http://localhost:3000/local-fal" },
      body: "{}",
    }),
  );
  const { request_id: id, response_url, status_url, cancel_url } = await response.json();
  const url = `http://localhost:3000/local-fal/queue.fal.run/fal-ai/minimax-video/requests/${id}`;
  expect({ response_url, status_url, cancel_url }).toEqual({
    response_url: url,
    status_url: `${url}/status`,
    cancel_url: `${url}/cancel`,
  });
});

test("answers 400 for the result of a request that is still in progress", async () => {
  const fal = await startFal({ render: blockRenders().render });
  const [id] = await submitAll(fal, ["x"]);
  const response = await fal.call(`${queueUrl}/${textToVideo}/requests/${id}`);
  expect([response.status, await response.json()]).toEqual([
    400,
    { detail: "Request is still in progress" },
  ]);
  expect(response.headers.get("x-fal-request-id")).toBe(id);
});

test.each(["", "/status", "/status/stream", "/response"])(
  "answers 404 for %j of an unknown request",
  async (path) => {
    const { call } = await startFal();
    const response = await call(`${queueUrl}/${textToVideo}/requests/${unknownId}${path}`);
    expect([response.status, await response.json()]).toEqual([404, { status: "NOT_FOUND" }]);
  },
);

describe("cancel", () => {
  test("takes a waiting request out of the queue", async () => {
    const hold = blockRenders();
    const fal = await startFal({ render: hold.render });
    const [, second, third] = await submitAll(fal, ["first", "second", "third"]);
    expect(await cancel(fal, second)).toEqual([200, { status: "OK" }]);
    expect(await statusOf(fal, third)).toMatchObject({ queue_position: 1 });

    expect(await statusOf(fal, second)).toMatchObject({
      status: "COMPLETED",
      error_type: "client_cancelled",
    });
    const result = await fal.call(`${queueUrl}/${textToVideo}/requests/${second}`);
    expect([result.status, await result.json()]).toEqual([
      499,
      { detail: "Request was cancelled by the client", error_type: "client_cancelled" },
    ]);
  });

  test("stops a running request", async () => {
    const hold = blockRenders();
    const fal = await startFal({ render: hold.render });
    const [first = ""] = await submitAll(fal, ["first", "second"]);
    await hold.untilStarted(1);
    expect(await cancel(fal, first)).toEqual([202, { status: "CANCELLATION_REQUESTED" }]);
    expect((await settle(fal, first)).status).toBe(499);
    await hold.untilStarted(2);
    expect(hold.aborted).toEqual(["first"]);
  });

  test("is refused for a completed request", async () => {
    const fal = await startFal({ render: renderAtOnce });
    const [id = ""] = await submitAll(fal, ["x"]);
    await settle(fal, id);
    expect(await cancel(fal, id)).toEqual([400, { status: "ALREADY_COMPLETED" }]);
    expect((await settle(fal, id)).status).toBe(200);
  });

  test('answers "not found" for an unknown id', async () => {
    expect(await cancel(await startFal(), unknownId)).toEqual([404, { status: "NOT_FOUND" }]);
  });
});

describe("an input that the model can't use", () => {
  const anyUrl = "http://localhost/elsewhere.jpg";
  const long = "x".repeat(2001);
  const truth = "Input should be a valid boolean";

  test.each([
    ["no input", undefined, "missing", ["body"], "Field required", undefined],
    [
      "a list",
      [],
      "model_attributes_type",
      ["body"],
      "Input should be a valid dictionary or object",
      undefined,
    ],
    [
      "no prompt",
      { image_url: anyUrl },
      "missing",
      ["body", "prompt"],
      "Field required",
      undefined,
    ],
    [
      "a prompt that is a number",
      { prompt: 7, image_url: anyUrl },
      "string_type",
      ["body", "prompt"],
      "Input should be a valid string",
      undefined,
    ],
    [
      "an empty prompt",
      { prompt: "", image_url: anyUrl },
      "string_too_short",
      ["body", "prompt"],
      "String should have at least 1 character",
      { min_length: 1 },
    ],
    [
      "a prompt of 2001 characters",
      { prompt: long, image_url: anyUrl },
      "string_too_long",
      ["body", "prompt"],
      "String should have at most 2000 characters",
      { max_length: 2000 },
    ],
    ["no picture", { prompt: "x" }, "missing", ["body", "image_url"], "Field required", undefined],
    [
      "a picture of null",
      { prompt: "x", image_url: null },
      "string_type",
      ["body", "image_url"],
      "Input should be a valid string",
      undefined,
    ],
    [
      "a word for the optimizer",
      { prompt: "x", image_url: anyUrl, prompt_optimizer: "perhaps" },
      "bool_parsing",
      ["body", "prompt_optimizer"],
      `${truth}, unable to interpret input`,
      undefined,
    ],
    [
      "null for the optimizer",
      { prompt: "x", image_url: anyUrl, prompt_optimizer: null },
      "bool_type",
      ["body", "prompt_optimizer"],
      truth,
      undefined,
    ],
    [
      "a picture that isn't here",
      { prompt: "x", image_url: anyUrl },
      "file_download_error",
      ["body", "image_url"],
      "Failed to download the file. Please check if the URL is accessible and try again.",
      undefined,
    ],
    [
      "a picture that isn't a URL",
      { prompt: "x", image_url: "nonsense" },
      "file_download_error",
      ["body", "image_url"],
      "Failed to download the file. Please check if the URL is accessible and try again.",
      undefined,
    ],
    [
      "a picture that can't be read",
      { prompt: "x", image_url: "data:image/png;base64,AAAA" },
      "image_load_error",
      ["body", "image_url"],
      "Failed to load the image. Please ensure the image file is not corrupted and is in a supported format.",
      undefined,
    ],
  ])("is accepted, and %s is refused as the result", async (_, input, type, loc, msg, ctx) => {
    const fal = await startFal();
    const detail = await refusalOf(fal, input);
    expect(detail).toEqual([
      {
        loc,
        msg,
        type,
        url: `https://docs.fal.ai/errors#${type}`,
        ...(ctx && { ctx }),
        input: expect.toSatisfy(() => true),
      },
    ]);
  });

  test.each([
    ["too small", 300, 400, "image_too_small", { min_height: 301, min_width: 301 }],
    ["too wide", 1000, 380, "value_error", undefined],
    ["too high", 380, 1000, "value_error", undefined],
  ])("is a picture that is %s", async (_, width, height, type, ctx) => {
    const fal = await startFal();
    const [detail] = await refusalOf(fal, {
      prompt: "x",
      image_url: await fal.client.storage.upload(await drawPicture(width, height)),
    });
    expect(detail).toMatchObject({ type, loc: ["body", "image_url"], ...(ctx && { ctx }) });
  });

  test("is a picture over 20 MB", async () => {
    const fal = await startFal();
    const big = new Blob([new Uint8Array(20 * 1024 * 1024 + 1)], { type: "image/png" });
    const imageUrl = await fal.client.storage.upload(big);
    expect(await refusalOf(fal, { prompt: "x", image_url: imageUrl })).toMatchObject([
      { type: "file_too_large", ctx: { max_size: 20 * 1024 * 1024 } },
    ]);
  });

  test("names every field that is wrong", async () => {
    const detail = await refusalOf(await startFal(), { prompt_optimizer: "perhaps" });
    expect(detail.map(({ loc }: { loc: string[] }) => loc.at(-1))).toEqual([
      "prompt",
      "image_url",
      "prompt_optimizer",
    ]);
  });

  test("is thrown by the client as a ValidationError", async () => {
    const { client } = await startFal();
    const run = client.subscribe(imageToVideo, { input: {}, pollInterval: 20 });
    await expect(run).rejects.toBeInstanceOf(ValidationError);
  });

  test("leaves no error in the status", async () => {
    const fal = await startFal();
    const { request_id: id } = await fal.client.queue.submit(imageToVideo, { input: {} });
    await settle(fal, id);
    const status = await statusOf(fal, id);
    expect(status).toMatchObject({ status: "COMPLETED" });
    expect(status).not.toHaveProperty("error");
  });
});

test("counts a prompt in characters as a person sees them", async () => {
  const fal = await startFal({ render: renderAtOnce });
  const [id = ""] = await submitAll(fal, ["🎬".repeat(2000)]);
  expect((await settle(fal, id)).status).toBe(200);
});

test("answers 404 for a path that an app doesn't have", async () => {
  const fal = await startFal();
  const { request_id: id } = await fal.client.queue.submit(`${textToVideo}/nowhere`, { input: {} });
  const response = await settle(fal, id);
  expect([response.status, await response.json()]).toEqual([
    404,
    { detail: "Path /nowhere not found" },
  ]);
});

test("answers 500 when the renderer breaks, and goes on with the next request", async () => {
  const reportError = vi.fn();
  const fal = await startFal({
    reportError,
    render: (job, options) =>
      job.prompt === "break" ? Promise.reject(new Error("broken")) : renderAtOnce(job, options),
  });
  const [first = "", second = ""] = await submitAll(fal, ["break", "x"]);
  const response = await settle(fal, first);
  expect([response.status, await response.json()]).toMatchObject([
    500,
    { detail: [{ type: "internal_server_error", loc: ["body"] }] },
  ]);
  expect(reportError).toHaveBeenCalledOnce();
  expect((await settle(fal, second)).status).toBe(200);
});

describe("submit", () => {
  test("refuses an application that doesn't exist", async () => {
    const { call } = await startFal();
    const response = await call(`${queueUrl}/fal-ai/flux/dev`, { method: "POST", body: "{}" });
    expect([response.status, await response.json()]).toEqual([
      404,
      { detail: 'Application "fal-ai/flux" not found' },
    ]);
  });

  test("refuses what isn't JSON", async () => {
    const { call } = await startFal();
    const response = await call(`${queueUrl}/${imageToVideo}`, { method: "POST", body: "{" });
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { detail: [{ type: "json_invalid", loc: ["body", 0], msg: "JSON decode error" }] },
    ]);
  });

  test.each([
    [undefined, 'Cannot access application "fal-ai/minimax-video"'],
    ["Key", "Invalid key credentials"],
    ["Key ", "Invalid key credentials"],
    ["Key undefined", "Invalid key credentials"],
    ["Key two words", "Invalid key credentials"],
    ["Bearer id:secret", "Invalid key credentials"],
    ["id:secret", "Invalid key credentials"],
  ])("refuses the authorization %j", async (authorization, detail) => {
    const { call } = await startFal();
    const headers: HeadersInit = authorization === undefined ? {} : { authorization };
    const url = `${queueUrl}/${imageToVideo}`;
    for (const response of [
      await call(url, { method: "POST", headers, body: "{}" }),
      await call(`${url}/requests/${unknownId}/status`, { headers }),
    ]) {
      expect([response.status, await response.json()]).toEqual([401, { detail }]);
    }
  });
});

describe("a restart", () => {
  test("resumes running and waiting requests in order", async () => {
    const before = blockRenders();
    const first = await startFal({ render: before.render });
    const ids = await submitAll(first, ["first", "second", "third"]);
    await before.untilStarted(1);
    await first.fal.close();

    const after = blockRenders();
    const second = await startFal({ dataDir: first.dataDir, render: after.render });
    await after.untilStarted(1);
    expect(await statusOf(second, ids[2])).toMatchObject({ queue_position: 2 });
    for (const [index, id] of ids.entries()) {
      await after.untilStarted(index + 1);
      after.releaseNext();
      expect((await settle(second, id)).status).toBe(200);
    }
    expect(after.started).toEqual(["first", "second", "third"]);
  });

  test("keeps completed requests", async () => {
    const first = await startFal({ render: renderAtOnce });
    const [id = ""] = await submitAll(first, ["a lake"]);
    await settle(first, id);
    await first.fal.close();

    const second = await startFal({ dataDir: first.dataDir });
    const { video } = await (await settle(second, id)).json();
    expect(video.url.startsWith(second.origin)).toBe(true);
    expect(await (await fetch(video.url)).text()).toBe("video of a lake");
    expect((await statusOf(second, id, "?logs=1")).logs).not.toEqual([]);
  });

  test("finds a picture that was uploaded at another port", async () => {
    const first = await startFal();
    const imageUrl = await first.client.storage.upload(await readPhoto("coffee.jpg"));
    await first.fal.close();
    const second = await startFal({ dataDir: first.dataDir, render: renderAtOnce });
    const input = { prompt: "x", image_url: imageUrl };
    const { request_id: id } = await second.client.queue.submit(imageToVideo, { input });
    expect((await settle(second, id)).status).toBe(200);
  });

  test("after kill -9 in the middle of a render ends every request once, with its video", async () => {
    const dataDir = await makeDirectory();
    const killed = await spawnFal(dataDir);
    const input = { prompt: "[Zoom in]", image_url: await readPhoto("rocket.jpg") };
    const { request_id: running } = await killed.client.queue.submit(imageToVideo, { input });
    const [waiting = ""] = await submitAll(killed, ["a lake"]);
    await untilStreamed(killed, running, "Rendered 25 of");
    killed.child.kill("SIGKILL");
    await once(killed.child, "exit");

    const resumed = await spawnFal(dataDir);
    for (const id of [running, waiting]) {
      const { video } = await (await settle(resumed, id)).json();
      const bytes = Buffer.from(await (await fetch(video.url)).arrayBuffer());
      expect(bytes.toString("latin1", 4, 8)).toBe("ftyp");
    }
  });
});

describe("a data directory", () => {
  test("is refused while it is open in this process", async () => {
    const { dataDir } = await startFal();
    await expect(openLocalFal({ dataDir })).rejects.toThrow("already open in this process");
  });

  test("is refused while it is open in another process", async () => {
    const dataDir = await makeDirectory();
    const { child } = await spawnFal(dataDir);
    await expect(openLocalFal({ dataDir })).rejects.toThrow(`in use by process ${child.pid}`);
  });

  test.each([
    ["a process that is gone", { pid: 2 ** 22 + 1 }],
    ["an earlier process of the same number", { pid: process.pid, started: "1" }],
  ])("is taken over from %s", async (_, holder) => {
    const dataDir = await makeDirectory();
    await writeFile(join(dataDir, "lock"), JSON.stringify(holder));
    await startFal({ dataDir });
  });
});

async function submitAll({ client }: Pick<Connection, "client">, prompts: string[]) {
  const ids: string[] = [];
  for (const prompt of prompts) {
    const { request_id: id } = await client.queue.submit(textToVideo, { input: { prompt } });
    ids.push(id);
  }
  return ids;
}

async function statusOf({ call }: Pick<Connection, "call">, id?: string, query = "") {
  return (await call(`${queueUrl}/${textToVideo}/requests/${id}/status${query}`)).json();
}

async function untilStreamed({ call }: Connection, id: string, words: string) {
  const { body } = await call(`${queueUrl}/${textToVideo}/requests/${id}/status/stream?logs=1`);
  let text = "";
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (text.includes(words)) return;
  }
  throw new Error(`The stream ended without "${words}": ${text}`);
}

async function cancel({ call }: Pick<Connection, "call">, id?: string) {
  const url = `${queueUrl}/${textToVideo}/requests/${id}/cancel`;
  const response = await call(url, { method: "PUT" });
  return [response.status, await response.json()];
}

async function refusalOf(fal: Connection, input: unknown) {
  const body = input === undefined ? undefined : JSON.stringify(input);
  const response = await fal.call(`${queueUrl}/${imageToVideo}`, { method: "POST", body });
  expect(response.status).toBe(200);
  const { request_id: id } = await response.json();
  const result = await settle(fal, id);
  expect(result.status).toBe(422);
  return (await result.json()).detail;
}

async function drawPicture(width: number, height: number): Promise<Blob> {
  const picture = sharp({ create: { width, height, channels: 3, background: "teal" } });
  return new Blob([new Uint8Array(await picture.png().toBuffer())], { type: "image/png" });
}

async function spawnFal(dataDir: string): Promise<Connection & { child: ChildProcess }> {
  const main = fileURLToPath(new URL("../../lib/local-fal/main.ts", import.meta.url));
  const child = spawn(process.execPath, [main, "--port", "0", "--data", dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { child, ...connect(/http:\/\/[\d.:]+/.exec(line)?.[0] ?? "") };
}
