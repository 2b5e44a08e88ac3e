import "server-only";
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { getEnv } from "../env";
import { openBoundedLog } from "../process/bounded-log";
import { oncePerProcess } from "../process/once-per-process";
import type { Refusal } from "./refusal";

// Containers and load balancers use other names for this server here, and the answer contains nothing private.
const ANYONE_MAY_ASK = /^\/api\/(health|ready|metrics)(\?|$)/;

/**
 * Refuses a host name that is not this server's. Another site can point its own name at this machine, and its page would
 * then have the same origin as the studio. An IP address is accepted, because nobody can point it elsewhere.
 */
export function checkHost(headers: IncomingHttpHeaders, url = ""): Refusal | undefined {
  const { PUBLIC_URL, TRUST_PROXY } = getEnv();
  const forwarded = TRUST_PROXY ? headers["x-forwarded-host"] : undefined;
  const stated = [headers.host, forwarded].filter((host) => host !== undefined).map(String);
  const hosts = stated.map((host) => readHost(host.split(",")[0]?.trim() ?? ""));
  if (hosts.length === 0 || hosts.includes(undefined)) return { code: "bad_request" };
  if (PUBLIC_URL || ANYONE_MAY_ASK.test(url)) return undefined;
  if (isOwn(hosts.at(-1) ?? "")) return undefined;
  log()({
    reason: "unknown_host",
    message:
      "a request came under a name that is not this server's. Set PUBLIC_URL to its address, or add the name to ALLOWED_HOSTS",
  });
  return { code: "unknown_host" };
}

const log = oncePerProcess("unknown-host-log", () => openBoundedLog());

function isOwn(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, "");
  if (isIP(address) || /^(.+\.)?localhost$/.test(hostname)) return true;
  return getEnv().ALLOWED_HOSTS.includes(hostname);
}

/** Returns the name in a `Host` header, in lower case and without the port; `undefined` if it is not valid. */
function readHost(host: string): string | undefined {
  if (!/^([\w.-]{1,253}|\[[\da-f:.]{2,45}\])(:\d{1,5})?$/i.test(host)) return undefined;
  return URL.parse(`http://${host}`)?.hostname.replace(/\.$/, "");
}
