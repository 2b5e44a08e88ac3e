import type { NextConfig } from "next";

// Nothing leaves this machine but what its owner sends to fal.
process.env.NEXT_TELEMETRY_DISABLED = "1";

const permissions = [
  ...["accelerometer", "autoplay=(self)", "bluetooth", "browsing-topics", "camera=(self)"],
  ...["display-capture", "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi"],
  ...["payment", "serial", "usb", "xr-spatial-tracking"],
].map((feature) => (feature.includes("=") ? feature : `${feature}=()`));

export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // No page of ours uses the image service, and it fetches what a stranger names: `/_next/image` is not there.
  images: { unoptimized: true },
  // `npm test` checks the types, of the tests as well; a start need not.
  typescript: { ignoreBuildErrors: true },
  // Native addons, and what works on their objects: loaded by Node as they are, not bundled.
  serverExternalPackages: [
    ...["@napi-rs/webcodecs", "better-sqlite3", "mediabunny", "rate-limiter-flexible", "sharp"],
  ],
  async headers() {
    return [
      {
        source: "/:path*",
        headers: [
          { key: "X-Content-Type-Options", value: "nosniff" },
          { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
        ],
      },
      {
        // All but the pages behind links, which others may embed.
        source: "/((?!v/).*)",
        headers: [
          { key: "X-Frame-Options", value: "DENY" },
          { key: "Permissions-Policy", value: permissions.join(", ") },
          { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
        ],
      },
      {
        // It may be kept by caches, and is in the visitor's language.
        source: "/manifest.webmanifest",
        headers: [{ key: "Vary", value: "Accept-Language" }],
      },
      {
        // Data and files, should one be opened as a page: nothing in it runs.
        source: "/(api|media|local-fal|shared)/:path*",
        headers: [
          {
            key: "Content-Security-Policy",
            value: "default-src 'none'; media-src 'self'; frame-ancestors 'none'; sandbox",
          },
        ],
      },
    ];
  },
} satisfies NextConfig;
