import { networkInterfaces } from "node:os";

/**
 * Returns an address of this machine that browsers treat like any other on the network, so that its pages are not
 * secure contexts.
 */
export function findOwnAddress(): string | undefined {
  const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return found.find(({ family, internal }) => family === "IPv4" && !internal)?.address;
}
