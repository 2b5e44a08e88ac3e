import { expect, test, vi } from "vitest";
import { AppError } from "@/lib/problems";
import { getLog } from "@/lib/server/log";
import { pageRoute } from "@/lib/server/pages/answer";
import { inRequest } from "@/lib/server/process/request-context";

const request = new Request("http://localhost:3000/v/one");

test("a page that fails says so, with the id under which the log has the reason", async () => {
  const log = vi.spyOn(getLog(), "error").mockImplementation(() => {});
  const broken = new Error("https://v3.fal.media/signed?token=secret");
  const show = pageRoute(async () => {
    throw broken;
  });
  const answer = await inRequest("the-request", () => show(request, undefined));
  const page = await answer.text();
  expect(answer.status).toBe(500);
  expect(page).toContain("<code>the-request</code>");
  expect(page).not.toContain("secret");
  expect(log).toHaveBeenCalledWith({ code: "internal", err: broken }, "a page failed");
});

test("a page that is refused is no failure of the server", async () => {
  const log = vi.spyOn(getLog(), "error").mockImplementation(() => {});
  const show = pageRoute(async () => {
    throw new AppError("share_gone");
  });
  expect((await show(request, undefined)).status).toBe(410);
  expect(log).not.toHaveBeenCalled();
});
