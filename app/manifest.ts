import type { MetadataRoute } from "next";
import { headers } from "next/headers";
import { messagesFor } from "@/lib/server/http/locale";
import { themeColors } from "@/lib/theme";

/** Makes the studio installable and a share target of the system. */
export default async function manifest(): Promise<MetadataRoute.Manifest> {
  const { locale, served } = messagesFor(await headers());
  return {
    id: "/",
    name: "Firstframe",
    short_name: "Firstframe",
    description: served.studio.description,
    lang: locale,
    start_url: "/",
    display: "standalone",
    background_color: themeColors.room.dark,
    theme_color: themeColors.room.dark,
    // scripts/icons.ts makes them from app/icon.svg.
    icons: [
      { src: "/icons/192.png", sizes: "192x192", type: "image/png" },
      { src: "/icons/512.png", sizes: "512x512", type: "image/png" },
      { src: "/icons/maskable.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
    ],
    share_target: {
      action: "/shared",
      method: "POST",
      enctype: "multipart/form-data",
      params: {
        text: "text",
        url: "url",
        files: [{ name: "picture", accept: ["image/*"] }],
      },
    },
  };
}
