import { createPrivateKey, generateKeyPairSync, type JsonWebKey, sign } from "node:crypto";
import { readJson, writeJson } from "./disk.ts";

export type WebhookKey = Awaited<ReturnType<typeof openWebhookKey>>;

/** Opens the key that signs webhooks. A data directory has one key for its whole life. */
export async function openWebhookKey(path: string) {
  const jwk = ((await readJson(path)) as JsonWebKey | undefined) ?? (await createKey(path));
  const privateKey = createPrivateKey({ key: jwk, format: "jwk" });
  const { kty, crv, x } = jwk;

  return {
    jwks: { keys: [{ kty, crv, x, use: "sig", alg: "EdDSA" }] },
    sign: (message: string) => sign(null, Buffer.from(message), privateKey).toString("hex"),
  };
}

async function createKey(path: string): Promise<JsonWebKey> {
  const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  await writeJson(path, jwk);
  return jwk;
}
