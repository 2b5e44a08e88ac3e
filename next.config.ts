import type { NextConfig } from "next";

// Nothing leaves this machine but what its owner sends to fal.
process.env.NEXT_TELEMETRY_DISABLED = "1";

export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm test` checks the types, of the tests as well; a start need not.
  typescript: { ignoreBuildErrors: true },
  // Native addons, and what works on their objects: loaded by Node as they are, not bundled.
  serverExternalPackages: ["@napi-rs/webcodecs", "better-sqlite3", "mediabunny", "sharp"],
  async headers() {
    return [
      {
        source: "/:path*",
        headers: [
          { key: "X-Content-Type-Options", value: "nosniff" },
          { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
        ],
      },
      { source: "/", headers: [{ key: "X-Frame-Options", value: "DENY" }] },
    ];
  },
} satisfies NextConfig;
