import { expect, test } from "vitest";
import { recogniseCall } from "@/lib/server/upstream/calls";

const queue = "https://queue.fal.run";
const id = "019ef3ca-bf2e-71b2-8d5f-0123456789ab";

test.each([
  ["POST", `${queue}/fal-ai/minimax-video/image-to-video`, "submit"],
  ["POST", `${queue}/fal-ai/minimax/video-01/image-to-video`, "submit"],
  ["GET", `${queue}/fal-ai/minimax-video/requests/${id}/status?logs=1`, "status"],
  ["GET", `${queue}/fal-ai/minimax/requests/${id}/status?logs=0`, "status"],
  ["GET", `${queue}/fal-ai/minimax-video/requests/${id}/status/stream?logs=1`, "stream"],
  ["GET", `${queue}/fal-ai/minimax-video/requests/${id}`, "result"],
  ["PUT", `${queue}/fal-ai/minimax-video/requests/${id}/cancel`, "cancel"],
  ["POST", "https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3", "upload"],
])("passes %s %s as %s", (method, target, kind) => {
  expect(recogniseCall(method, target)?.kind).toBe(kind);
});

test.each([
  ["another model", "POST", `${queue}/fal-ai/veo3.1/image-to-video`],
  ["another model of the same app", "POST", `${queue}/fal-ai/minimax/h3/image-to-video`],
  ["a run that is not queued", "POST", "https://fal.run/fal-ai/minimax-video/image-to-video"],
  [
    "a webhook of the browser's choice",
    "POST",
    `${queue}/fal-ai/minimax-video/image-to-video?fal_webhook=https://evil.example`,
  ],
  ["a request of another app", "GET", `${queue}/fal-ai/flux/requests/${id}`],
  ["a request id that is a path", "GET", `${queue}/fal-ai/minimax-video/requests/..%2F..%2Fadmin`],
  [
    "a path that climbs",
    "GET",
    `${queue}/fal-ai/minimax-video/requests/${id}/../../../flux/requests/${id}`,
  ],
  ["a trailing slash", "GET", `${queue}/fal-ai/minimax-video/requests/${id}/`],
  ["a doubled slash", "POST", `${queue}//fal-ai/minimax-video/image-to-video`],
  ["an unknown query key", "GET", `${queue}/fal-ai/minimax-video/requests/${id}/status?logs=1&x=1`],
  [
    "a repeated query key",
    "GET",
    `${queue}/fal-ai/minimax-video/requests/${id}/status?logs=1&logs=1`,
  ],
  ["a cancel by POST", "POST", `${queue}/fal-ai/minimax-video/requests/${id}/cancel`],
  ["a result by PUT", "PUT", `${queue}/fal-ai/minimax-video/requests/${id}`],
  ["a result by DELETE", "DELETE", `${queue}/fal-ai/minimax-video/requests/${id}`],
  ["plain http", "GET", `http://queue.fal.run/fal-ai/minimax-video/requests/${id}`],
  ["a port", "GET", `https://queue.fal.run:8443/fal-ai/minimax-video/requests/${id}`],
  [
    "a password in the address",
    "GET",
    `https://a:b@queue.fal.run/fal-ai/minimax-video/requests/${id}`,
  ],
  [
    "a host that only ends alike",
    "GET",
    `https://evil-queue.fal.run/fal-ai/minimax-video/requests/${id}`,
  ],
  [
    "a host behind an @",
    "GET",
    `https://queue.fal.run@evil.example/fal-ai/minimax-video/requests/${id}`,
  ],
  ["a fragment with nothing in it", "POST", `${queue}/fal-ai/minimax-video/image-to-video#`],
  ["a query with nothing in it", "POST", `${queue}/fal-ai/minimax-video/image-to-video?`],
  ["a fragment", "GET", `${queue}/fal-ai/minimax-video/requests/${id}#x`],
  [
    "a multipart upload",
    "POST",
    "https://rest.fal.ai/storage/upload/initiate-multipart?storage_type=fal-cdn-v3",
  ],
  ["an upload that names no storage", "POST", "https://rest.fal.ai/storage/upload/initiate"],
  ["another storage", "POST", "https://rest.fal.ai/storage/upload/initiate?storage_type=gcs"],
  ["a token", "POST", "https://rest.fal.ai/tokens/"],
  ["the platform API", "GET", "https://api.fal.ai/v1/keys"],
  ["a loopback address", "GET", "http://127.0.0.1:5432/"],
  ["no URL", "GET", "queue"],
  ["nothing", "GET", ""],
])("refuses %s", (_, method, target) => {
  expect(recogniseCall(method, target)).toBeUndefined();
});

test("refuses a call without a target", () => {
  expect(recogniseCall("POST", null)).toBeUndefined();
});
