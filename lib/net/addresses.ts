import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

// Azure answers each of its machines at this address. No registry lists it, so the library takes it for a public one.
const AZURE_SERVICE = "168.63.129.16";
// Only 2000::/3 is given out as public.
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR("2000::/3");

/** Whether an address belongs to the public internet; mapped and embedded IPv4 addresses never do. */
export function isPublicAddress(address: string): boolean {
  // Node reads an address more strictly than the library, which takes `10` and `127.1`, too.
  if (isIP(address) === 0 || address.includes("%") || address === AZURE_SERVICE) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || parsed.match(PUBLIC_IPV6);
}

// Names that stand for something on a network of one's own; a proxy would look for them on its own.
const LOCAL_NAME = /^[^.]+$|\.(localhost|local|internal|lan|home|corp|intranet|home\.arpa)$/i;

/** Whether a host may be on the public internet, as far as its name or address tells without looking it up. */
export function isPublicHost(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return isIP(name) ? isPublicAddress(name) : !LOCAL_NAME.test(name);
}

/** Whether a network, as `networkOf` names it, is this machine. */
export function isThisMachine(network: string): boolean {
  return /^(127\.|0:0:0:0::)/.test(network);
}

/** What one line is usually given: an IPv4 address, or the /64 that an IPv6 address is in. */
export function networkOf(address: string): string {
  const [bare = ""] = address.split("%");
  if (isIP(bare) === 0) return bare;
  // `process` turns a mapped IPv4 address back into what it stands for.
  const parsed = ipaddr.process(bare);
  if (!("parts" in parsed)) return parsed.toString();
  const first = parsed.parts.slice(0, 4).map((group) => group.toString(16));
  return `${first.join(":")}::/64`;
}
