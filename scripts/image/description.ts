/** What the image says of itself. `Dockerfile` says the same, and a test compares them. */
export function describeImage(version: string) {
  return {
    user: "1000:1000",
    port: "3000",
    environment: [
      "HOST=0.0.0.0",
      "PORT=3000",
      "DATABASE_URL=file:/data/firstframe.db",
      "MEDIA_URL=file:/data/media",
    ],
    command: ["/usr/local/bin/node", "/app/server.js"],
    healthcheck: ["/usr/local/bin/node", "/app/scripts/healthcheck.js"],
    labels: [
      `org.opencontainers.image.version=${version}`,
      "org.opencontainers.image.licenses=MIT",
    ],
  };
}
