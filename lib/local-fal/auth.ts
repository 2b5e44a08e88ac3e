import type { Context, MiddlewareHandler } from "hono";
import { toApp } from "./models.ts";
import type { Tokens } from "./tokens.ts";

// fal's own proxy sends "Key undefined" when its server has no FAL_KEY.
const wellFormedKey = /^Key (?!(undefined|null)$)\S+$/;
const admitted = "isAdmittedByToken";

/** Accepts every key that is written the way fal writes keys. There are no accounts here to check it against. */
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

/** Lets a page without a key pass the next `requireKey` if `?fal_jwt_token=` is valid for the app in the path. */
export function admitToken(tokens: Tokens, methods: string[]): MiddlewareHandler {
  return async (c, next) => {
    const token = c.req.query("fal_jwt_token");
    if (token && methods.includes(c.req.method)) {
      c.set(admitted, tokens.verifyToken(token, toEndpoint(c.req.path)));
    }
    return next();
  };
}

/** Whether the caller may write through the file host, as fal's Python client does. */
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
