import { answerHealth } from "@/lib/server/health";
import { route } from "@/lib/server/http/route";

export const dynamic = "force-dynamic";

export const GET = route(async () => answerHealth());
