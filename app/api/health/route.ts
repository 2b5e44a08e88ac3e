import { route } from "@/lib/server/http";
import { upstreamKind } from "@/lib/server/upstream/kind";

export const dynamic = "force-dynamic";

export const GET = route(async () => Response.json({ status: "ok", upstream: upstreamKind() }));
