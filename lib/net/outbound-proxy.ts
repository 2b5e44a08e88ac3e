import http from "node:http";
import https from "node:https";

type Name = "HTTP_PROXY" | "HTTPS_PROXY" | "NO_PROXY";
type Env = Partial<Record<Name | Lowercase<Name>, string | undefined>>;

// The local fal and other programs on this machine are never reached through a proxy.
const LOOPBACK = ["localhost", "127.0.0.1", "::1", "[::1]"];

/** Returns the usual proxy variables in the form that Node expects, or `undefined` if no proxy is set. */
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
 * Makes `fetch` use the proxies of the environment, so that NODE_USE_ENV_PROXY is not necessary. Returns a function
 * that undoes it. Throws if one of them is not a valid address.
 */
export function goThroughProxies(env?: Env): () => void {
  const proxies = readProxyEnv(env);
  return proxies ? http.setGlobalProxyFromEnv(toNode(proxies)) : () => {};
}

/** Returns an agent for the proxy that is set for this address, or `undefined` if the address is called directly. */
export function findProxyAgent(url: URL, env?: Env): http.Agent | undefined {
  const { NO_PROXY = "", ...proxies }: Env = readProxyEnv(env) ?? {};
  const isHttps = url.protocol === "https:";
  const proxy = isHttps ? proxies.HTTPS_PROXY : proxies.HTTP_PROXY;
  if (!proxy || isListed(url, NO_PROXY)) return undefined;
  // The connection closes after the call, as it does without an agent.
  const options = { keepAlive: false, proxyEnv: toNode({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy }) };
  return isHttps ? new https.Agent(options) : new http.Agent(options);
}

/** Returns both agents for a client that manages its own. They connect directly if no proxy is set. */
export function makeClientAgents(options: http.AgentOptions, env?: Env) {
  const proxies = readProxyEnv(env);
  const proxyEnv = proxies && toNode(proxies);
  return {
    httpAgent: new http.Agent({ ...options, proxyEnv }),
    httpsAgent: new https.Agent({ ...options, proxyEnv }),
  };
}

// Next's type of the environment requires a variable of Next, which Node does not read here.
function toNode(env: Env): http.ProxyEnv {
  return env as http.ProxyEnv;
}

/**
 * Matches `host`, `.host` and `*.host`, each with or without a port. A name includes its subdomains, and `*` matches
 * all.
 */
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
