import { answerReady } from "@/lib/server/answer-ready";
import { route } from "@/lib/server/http/route";
import { getServices } from "@/lib/server/services";

export const dynamic = "force-dynamic";

export const GET = route(async (request: Request) => answerReady(request, await getServices()));
