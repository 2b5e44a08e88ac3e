import { beforeEach, describe, expect, test, vi } from "vitest";
import * as generation from "@/app/api/generations/[id]/route";
import * as generations from "@/app/api/generations/route";
import * as oembed from "@/app/api/oembed/route";
import * as shares from "@/app/api/shares/route";
import * as spend from "@/app/api/spend/route";
import * as ledger from "@/app/ledger/route";
import * as csv from "@/app/ledger.csv/route";
import * as media from "@/app/media/[id]/[file]/route";
import * as sharedMedia from "@/app/v/[slug]/[file]/route";
import * as embed from "@/app/v/[slug]/embed/route";
import * as page from "@/app/v/[slug]/route";
import type { Services } from "@/lib/server/services";
import { makeOffers } from "@/lib/server/spend/offers";
import { startScriptedUpstream } from "../generations/scripted-upstream";
import {
  makeDatabaseUrl,
  makeFolder,
  openTestServices,
  serveRoutesWith,
} from "../generations/support";
import { startTcpProxy } from "./tcp-proxy";

vi.mock("@/lib/server/sessions/owner", async (original) => ({
  ...(await original<object>()),
  requireOwner: async () => "ann",
  findOwner: async () => "ann",
  requireSignedIn: async () => {},
}));

type Get = (request: Request, context: { params: Promise<never> }) => Promise<Response>;

const slug = "abcdefghijkl";
const reads: [path: string, route: { GET: unknown }, params?: Record<string, string>][] = [
  ["/api/generations", generations],
  ["/api/generations/one", generation, { id: "one" }],
  ["/api/shares", shares],
  ["/api/spend", spend],
  ["/ledger", ledger],
  ["/ledger.csv", csv],
  ["/media/one/video.mp4", media, { id: "one", file: "video.mp4" }],
  [`/v/${slug}`, page, { slug }],
  [`/v/${slug}/embed`, embed, { slug }],
  [`/v/${slug}/video.mp4`, sharedMedia, { slug, file: "video.mp4" }],
  [`/api/oembed?url=http://localhost:3000/v/${slug}`, oembed],
];

describe("while the database is away", () => {
  let services: Services;
  beforeEach(async () => {
    const proxy = await startTcpProxy(await makeDatabaseUrl("postgres"));
    const upstream = await startScriptedUpstream();
    services = await openTestServices(upstream, {
      ...{ url: proxy.url, mediaFolder: await makeFolder(), clock: { now: Date.now() } },
    });
    serveRoutesWith(services);
    proxy.cut();
  });

  test.each(reads)("%s answers storage_unavailable", async (path, route, params = {}) => {
    const request = new Request(`http://localhost:3000${path}`, {
      headers: { host: "localhost:3000" },
    });
    const answer = await (route.GET as Get)(request, { params: Promise.resolve(params as never) });
    expect(answer.status).toBe(503);
    const text = await answer.text();
    expect(text).toMatch(/storage_unavailable|can(&#39;|&#x27;|'|’)t reach its own records/);
  });

  test("the studio is shown without the data from it", async () => {
    const offers = await makeOffers(services);
    expect(offers[0].usual).toBeUndefined();
  });
});
