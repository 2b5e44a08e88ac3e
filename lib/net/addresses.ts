import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

// Azure answers each of its machines at this address. No registry lists it, so the library considers it public.
const AZURE_SERVICE = "168.63.129.16";
// Only 2000::/3 is assigned as public.
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR("2000::/3");

/** Whether an address belongs to the public internet. An IPv4 address inside an IPv6 address never does. */
export function isPublicAddress(address: string): boolean {
  // Node is stricter than the library, which also accepts `10` and `127.1`.
  if (isIP(address) === 0 || address.includes("%") || address === AZURE_SERVICE) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || parsed.match(PUBLIC_IPV6);
}

// Names that mean something only on a private network. A proxy would look them up in its own.
const LOCAL_NAME = /^[^.]+$|\.(localhost|local|internal|lan|home|corp|intranet|home\.arpa)$/i;

/** Whether a host may be on the public internet, judged by its name or address, without a DNS query. */
export function isPublicHost(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return isIP(name) ? isPublicAddress(name) : !LOCAL_NAME.test(name);
}

/** Whether a network, as `networkOf` names it, is this machine. */
export function isThisMachine(network: string): boolean {
  return /^(127\.|0:0:0:0::)/.test(network);
}

/**
 * Returns what a provider usually assigns to one customer: an IPv4 address, or the /64 that contains an IPv6 address.
 */
export function networkOf(address: string): string {
  const [bare = ""] = address.split("%");
  if (isIP(bare) === 0) return bare;
  // `process` converts a mapped IPv4 address to plain IPv4.
  const parsed = ipaddr.process(bare);
  if (!("parts" in parsed)) return parsed.toString();
  const first = parsed.parts.slice(0, 4).map((group) => group.toString(16));
  return `${first.join(":")}::/64`;
}
