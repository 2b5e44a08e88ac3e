import type { NextConfig } from "next";

// Nothing leaves this machine except what its owner sends to fal.
process.env.NEXT_TELEMETRY_DISABLED = "1";

const permissions = [
  ...["accelerometer", "autoplay=(self)", "bluetooth", "browsing-topics", "camera=(self)"],
  ...["display-capture", "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi"],
  ...["payment", "serial", "usb", "xr-spatial-tracking"],
].map((feature) => (feature.includes("=") ? feature : `${feature}=()`));

export default {
  // `npm run build` completes `.next/standalone`, which runs without `node_modules` around it.
  output: "standalone",
  poweredByHeader: false,
  reactStrictMode: true,
  // No page uses the image service, and it would fetch any address that a stranger names, so `/_next/image` is switched
  // off.
  images: { unoptimized: true },
  // `npm test` checks the types, including those of the tests, so the build need not.
  typescript: { ignoreBuildErrors: true },
  // Native addons and the packages that use their objects. Node loads them unbundled.
  serverExternalPackages: [
    ...[
      "@napi-rs/webcodecs",
      "@opentelemetry/api",
      "@opentelemetry/exporter-trace-otlp-http",
      "@opentelemetry/resources",
      "@opentelemetry/sdk-trace",
      "better-sqlite3",
      "libheif-js",
      "mediabunny",
      "prom-client",
      "rate-limiter-flexible",
      "sharp",
    ],
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
        // All pages except share pages, which other sites may embed.
        source: "/((?!v/).*)",
        headers: [
          { key: "X-Frame-Options", value: "DENY" },
          { key: "Permissions-Policy", value: permissions.join(", ") },
          { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
        ],
      },
      {
        // Caches may store it, and it depends on the visitor's language.
        source: "/manifest.webmanifest",
        headers: [{ key: "Vary", value: "Accept-Language" }],
      },
      {
        // Data and files. If one is opened as a page, nothing in it may run.
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
