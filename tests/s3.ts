import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import S3rver from "@20minutes/s3rver";

export type TestS3 = {
  /** The variables by which the SDK finds the endpoint. */
  env: Record<string, string>;
  bucket: string;
  server: Server;
  stop(): Promise<void>;
};

const bucket = "films";

/**
 * Starts an S3 endpoint on this machine with one empty bucket, in a temporary folder. It computes another signature than
 * Amazon for the list of a bucket, so for that it must not check signatures.
 */
export async function startS3({ checksSignatures = true } = {}): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), "firstframe-s3-"));
  const s3 = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory,
    vhostBuckets: false,
    allowMismatchedSignatures: !checksSignatures,
    configureBuckets: [{ name: bucket }],
  });
  const { port } = await s3.run();
  return {
    env: {
      AWS_ACCESS_KEY_ID: "S3RVER",
      AWS_SECRET_ACCESS_KEY: "S3RVER",
      AWS_REGION: "eu-central-1",
      // A name instead of an address: with an address, the SDK puts the bucket into the path by itself.
      AWS_ENDPOINT_URL_S3: `http://localhost:${port}`,
    },
    bucket,
    server: s3.httpServer,
    async stop() {
      s3.httpServer.closeAllConnections();
      await s3.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
