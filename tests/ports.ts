import { once } from "node:events";
import { createServer } from "node:net";

/** Returns a port on which nothing listens at the moment. */
export async function findFreePort(host?: string): Promise<number> {
  const server = createServer().listen({ port: 0, host });
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (!address || typeof address === "string") throw new Error("there is no free port");
  return address.port;
}
