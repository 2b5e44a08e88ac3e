import type { Share } from "@/lib/generation";
import { shareSchema } from "@/lib/generation-schema";
import { callApi } from "./call";

/** An absent option stays as it is, and `null` removes it. */
export type ShareOptions = {
  password?: string | null;
  expiresInHours?: number | null;
  hidePrompt?: boolean;
  allowDownload?: boolean;
};

/** Makes the link of a generation, or changes the given options of the link that it has. */
export async function publishShare(id: string, options: ShareOptions): Promise<Share> {
  return shareSchema.parse(
    await callApi(`/api/generations/${id}/share`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(options),
    }),
  );
}
