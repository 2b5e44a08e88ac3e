import { ApiError } from "@fal-ai/client";
import { expect, test } from "vitest";
import { toProblem } from "@/lib/browser/fal/problem";

test("an error of this server names its request, so that the card can show it", () => {
  const body = { detail: "Busy.", error_type: "server_busy", request_id: "a-request" };
  const error = new ApiError({ message: "Busy.", status: 503, body });
  expect(toProblem(error)).toMatchObject({ code: "server_busy", requestId: "a-request" });
});

test("an error of fal is known by its status", () => {
  const error = new ApiError({ message: "No.", status: 429, body: { detail: "Slow down." } });
  expect(toProblem(error)).toEqual({ code: "rate_limited", charged: "no" });
});
