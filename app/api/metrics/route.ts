import { answerMetrics } from "@/lib/server/answer-metrics";
import { route } from "@/lib/server/http/route";
import { getServices } from "@/lib/server/services";

export const dynamic = "force-dynamic";

export const GET = route(async (request: Request) => answerMetrics(request, await getServices()));
