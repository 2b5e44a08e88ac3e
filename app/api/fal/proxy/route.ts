import { AppError } from "@/lib/problems";
import { recogniseCall } from "@/lib/server/gate/calls";
import { falRoute } from "@/lib/server/http";
import { forward } from "@/lib/server/upstream/proxy";

const handle = falRoute(async (request: Request) => {
  const call = recogniseCall(request.method, request.headers.get("x-fal-target-url"));
  if (!call) throw new AppError("call_refused");
  return forward(call, request);
});

export {
  handle as DELETE,
  handle as GET,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
};
