import type { Answer, Message } from "./client.ts";
import type { Stage } from "./stage.ts";
import { FILES } from "./upstream.ts";

export type Run = { id: string; requestId: string };

export const secrets = {
  key: "fal-key-id-4f1c:fal-key-secret-93aa7be1",
  session: "session-secret-0a9b8c7d6e5f4a3b2c1d0e9f",
  password: "correct horse battery staple",
  share: "tr0ub4dor-and-3",
};

export const model = "fal-ai/minimax-video/image-to-video";
export const submitUrl = `https://queue.fal.run/${model}`;
export const appUrl = "https://queue.fal.run/fal-ai/minimax-video";
export const initiateUrl = "https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3";
export const pictureUrl = `${FILES}/picture.jpg`;
export const goodInput = { prompt: "[Push in] a rocket", image_url: pictureUrl };
export const hostilePrompt =
  `"'></title></script><script>window.abused=1</script><img src=x onerror="window.abused=1">` +
  "<svg onload=window.abused=1><a href='javascript:window.abused=1'>{{7*7}}\u2028\n{\"level\":60}\u001b[31m";

export const json = { "content-type": "application/json" };

export function toProxy(
  method: string,
  target: string | undefined,
  headers: Record<string, string | string[]> = {},
  body?: string | Uint8Array,
): Message {
  return {
    method,
    path: "/api/fal/proxy",
    headers: { ...(target !== undefined && { "x-fal-target-url": target }), ...json, ...headers },
    ...(body !== undefined && { body }),
  };
}

export function submission({
  target = submitUrl,
  headers = {},
  input = goodInput,
}: {
  target?: string;
  headers?: Record<string, string | string[]>;
  input?: object;
}): Message {
  return toProxy("POST", target, headers, JSON.stringify(input));
}

export function readRun({ status, text }: Answer): Run {
  if (status !== 200) throw new Error(`The run was not taken: ${status} ${text}`);
  const { generation_id, request_id } = JSON.parse(text) as Record<string, string>;
  return { id: generation_id ?? "", requestId: request_id ?? "" };
}

export async function visit({ call }: Stage, message: Message = {}): Promise<string> {
  return readCookie(await call(message));
}

export async function signIn({ call }: Stage): Promise<string> {
  return readCookie(await call(login(secrets.password)));
}

export function login(password: string, headers: Record<string, string> = {}): Message {
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams({ password }).toString();
  return { method: "POST", path: "/login", headers: { ...type, ...headers }, body };
}

/** The session that an answer begins, as a browser sends it back. */
export function readCookie({ headers, text }: Answer): string {
  const cookie = findCookie(headers);
  if (!cookie) throw new Error(`There is no session in this answer:\n${headers}\n${text}`);
  return cookie;
}

export function findCookie(headers: string): string | undefined {
  return /^set-cookie: ((?:__Host-)?firstframe[\w.-]*=[^;\s]+)/im.exec(headers)?.[1];
}
