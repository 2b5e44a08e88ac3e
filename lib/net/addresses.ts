import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

// IANA's registries of special-purpose addresses: nothing in them is a host on the public internet.
const reserved4: [string, number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10], // carrier-grade NAT
  ["127.0.0.0", 8],
  ["168.63.129.16", 32], // Azure's own service to each of its machines, in nobody's registry
  ["169.254.0.0", 16], // link-local, where clouds keep their metadata service
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16],
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, and broadcast
];

// Only 2000::/3 is given out as public; these parts of it lead elsewhere or back into an IPv4 network.
const reserved6: [string, number][] = [
  ["2001::", 23], // protocol assignments, Teredo among them
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4
  ["3fff::", 20], // documentation
];

const blocked4 = new BlockList();
for (const [network, prefix] of reserved4) blocked4.addSubnet(network, prefix, "ipv4");
const blocked6 = new BlockList();
for (const [network, prefix] of reserved6) blocked6.addSubnet(network, prefix, "ipv6");
const given6 = new BlockList();
given6.addSubnet("2000::", 3, "ipv6");

/** Whether an address belongs to the public internet; mapped and embedded IPv4 addresses never do. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !blocked4.check(address, "ipv4");
  if (!isIPv6(address) || address.includes("%")) return false;
  return given6.check(address, "ipv6") && !blocked6.check(address, "ipv6");
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
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare);
  if (mapped?.[1]) return mapped[1];
  if (!isIPv6(bare)) return bare;
  const [front = "", back] = bare.split("::");
  const groups = front === "" ? [] : front.split(":");
  const behind = back ? back.split(":").length : 0;
  if (back !== undefined) while (groups.length + behind < 8) groups.push("0");
  const first = [...groups, ...(back ? back.split(":") : [])].slice(0, 4);
  return `${first.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}
