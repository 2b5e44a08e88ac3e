import { networkInterfaces } from "node:os";

/** An address of this machine that browsers take for any other on the network: what they show from there is not secure. */
export function findOwnAddress(): string | undefined {
  const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return found.find(({ family, internal }) => family === "IPv4" && !internal)?.address;
}
