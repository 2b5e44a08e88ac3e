import { falRoute } from "@/lib/server/http/route";
import { answerCall } from "@/lib/server/proxy/answer-call";
import { getServices } from "@/lib/server/services";

const handle = falRoute((request: Request) => answerCall(getServices, request));

export {
  handle as DELETE,
  handle as GET,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
};
