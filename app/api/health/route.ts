import { answerHealth } from "@/lib/server/health";
import { route } from "@/lib/server/http/route";
import { getServices } from "@/lib/server/services";

export const dynamic = "force-dynamic";

export const GET = route(async () => answerHealth(await getServices()));
