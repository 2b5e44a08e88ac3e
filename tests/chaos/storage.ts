import { join } from "node:path";
import type { Environment } from "../e2e/app-server.ts";
import { startPostgres } from "../postgres.ts";
import { startS3 } from "../s3.ts";

export type StorageKind = "sqlite and disk" | "postgres and s3";
export type Storage = { env: Environment; close(): Promise<void> };

/** Where the servers of a run keep records and media: what one server has, or what several share. */
export async function openStorage(kind: StorageKind, folder: string): Promise<Storage> {
  if (kind === "sqlite and disk") {
    return {
      env: {
        DATABASE_URL: `file:${join(folder, "firstframe.db")}`,
        MEDIA_URL: `file:${join(folder, "media")}`,
      },
      close: async () => {},
    };
  }
  const [postgres, s3] = await Promise.all([startPostgres(), startS3()]);
  const DATABASE_URL = await postgres.createDatabase("firstframe");
  return {
    env: { DATABASE_URL, MEDIA_URL: `s3://${s3.bucket}/media`, ...s3.env },
    close: async () => void (await Promise.all([postgres.stop(), s3.stop()])),
  };
}
