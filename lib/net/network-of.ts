import { isIPv6 } from "node:net";

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
