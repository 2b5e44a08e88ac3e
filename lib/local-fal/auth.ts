import type { Context, MiddlewareHandler } from "hono";
import { toApp } from "./models.ts";
import type { Tokens } from "./tokens.ts";

// "Key undefined" is what fal's own proxy sends for a server without FAL_KEY.
const wellFormedKey = /^Key (?!(undefined|null)$)\S+$/;
const admitted = "isAdmittedByToken";

/** Lets any key pass that is written as fal asks for it: there is no account behind it to check. */
export function requireKey(describeAbsence: (path: string) => string): MiddlewareHandler {
  return async (c, next) => {
    const problem = findKeyProblem(c, describeAbsence(c.req.path));
    return problem === undefined ? next() : c.json({ detail: problem }, 401);
  };
}

export function findKeyProblem(c: Context, absence: string): string | undefined {
  const authorization = c.req.header("authorization");
  if (!authorization) return c.get(admitted) === true ? undefined : absence;
  return wellFormedKey.test(authorization) ? undefined : "Invalid key credentials";
}

export const requireModelKey = requireKey(
  (path) => `Cannot access application "${toApp(toEndpoint(path))}"`,
);

/** Lets a page that has no key through the next `requireKey` with `?fal_jwt_token=` for the path's app. */
export function admitToken(tokens: Tokens, methods: string[]): MiddlewareHandler {
  return async (c, next) => {
    const token = c.req.query("fal_jwt_token");
    if (token && methods.includes(c.req.method)) {
      c.set(admitted, tokens.verifyToken(token, toEndpoint(c.req.path)));
    }
    return next();
  };
}

/** Whether a caller may write through the file host as fal's Python client does. */
export function hasFileToken(c: Context, tokens: Tokens): boolean {
  const [, token] = /^Bearer (\S+)$/.exec(c.req.header("authorization") ?? "") ?? [];
  return token !== undefined && tokens.verifyFileToken(token);
}

export function isAnonymous(c: Context): boolean {
  return !wellFormedKey.test(c.req.header("authorization") ?? "");
}

function toEndpoint(path: string): string {
  return path.replace(/^\/[^/]+\//, "").replace(/\/requests\/.*$/, "");
}
