import http from "node:http";
import https from "node:https";

type Name = "HTTP_PROXY" | "HTTPS_PROXY" | "NO_PROXY";
type Env = Partial<Record<Name | Lowercase<Name>, string | undefined>>;

// The local fal and other programs of this machine are never behind a proxy.
const LOOPBACK = ["localhost", "127.0.0.1", "::1", "[::1]"];

/** The variables that every program reads, as Node wants them; `undefined` when no proxy is set. */
export function readProxyEnv(env: Env = process.env as Env): Env | undefined {
  const forHttp = env.http_proxy || env.HTTP_PROXY;
  const forHttps = env.https_proxy || env.HTTPS_PROXY;
  if (!forHttp && !forHttps) return undefined;
  const direct = [env.no_proxy || env.NO_PROXY, ...LOOPBACK].filter(Boolean).join(",");
  return {
    ...(forHttp && { HTTP_PROXY: forHttp }),
    ...(forHttps && { HTTPS_PROXY: forHttps }),
    NO_PROXY: direct,
  };
}

/**
 * Has `fetch` go through the proxies of the environment, without NODE_USE_ENV_PROXY having to be set. Returns how to
 * undo it. Throws when one of them is no address.
 */
export function goThroughProxies(env?: Env): () => void {
  const proxies = readProxyEnv(env);
  return proxies ? http.setGlobalProxyFromEnv(toNode(proxies)) : () => {};
}

/** An agent that goes through the proxy that is set for such an address; `undefined` when it is called directly. */
export function findProxyAgent(url: URL, env?: Env): http.Agent | undefined {
  const { NO_PROXY = "", ...proxies }: Env = readProxyEnv(env) ?? {};
  const isHttps = url.protocol === "https:";
  const proxy = isHttps ? proxies.HTTPS_PROXY : proxies.HTTP_PROXY;
  if (!proxy || isListed(url, NO_PROXY)) return undefined;
  // A connection is closed after its call, as one without an agent is.
  const options = { keepAlive: false, proxyEnv: toNode({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy }) };
  return isHttps ? new https.Agent(options) : new http.Agent(options);
}

/** Both agents of a client that keeps its own; they go directly where no proxy is set. */
export function makeClientAgents(options: http.AgentOptions, env?: Env) {
  const proxies = readProxyEnv(env);
  const proxyEnv = proxies && toNode(proxies);
  return {
    httpAgent: new http.Agent({ ...options, proxyEnv }),
    httpsAgent: new https.Agent({ ...options, proxyEnv }),
  };
}

// Next has the type of an environment ask for a variable of its own, which Node does not read here.
function toNode(env: Env): http.ProxyEnv {
  return env as http.ProxyEnv;
}

/** `host`, `.host`, `*.host` and each with a port; a name stands for what is under it, too, and `*` for all. */
function isListed({ hostname, port, protocol }: URL, list: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const usedPort = port || (protocol === "https:" ? "443" : "80");
  return list.split(/[,\s]+/).some((entry) => {
    if (entry === "*") return true;
    const [, host = entry, wantedPort] = /^(.+):(\d+)$/.exec(entry) ?? [];
    const isIpv6 = entry.includes("::");
    const wanted = (isIpv6 ? entry : host)
      .replace(/^\*?\./, "")
      .replace(/^\[|\]$/g, "")
      .toLowerCase();
    if (wanted === "" || (!isIpv6 && wantedPort !== undefined && wantedPort !== usedPort))
      return false;
    return name === wanted || name.endsWith(`.${wanted}`);
  });
}
