import type { MiddlewareHandler } from "hono";

/** Lets any key pass that is written as fal asks for it: there is no account behind it to check. */
export function requireKey(describeAbsence: (path: string) => string): MiddlewareHandler {
  return async (c, next) => {
    const authorization = c.req.header("authorization");
    if (!authorization) return c.json({ detail: describeAbsence(c.req.path) }, 401);
    // "Key undefined" is what fal's own proxy sends for a server without FAL_KEY.
    if (!/^Key (?!(undefined|null)$)\S+$/.test(authorization)) {
      return c.json({ detail: "Invalid key credentials" }, 401);
    }
    return next();
  };
}
