import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { handleRequest, TARGET_URL_HEADER } from "@fal-ai/server-proxy";
import { rolldown } from "rolldown";

const html = `<!doctype html><meta charset="utf-8"><title>The documented flow</title>
<label>Image <input type="file"></label> <label>Prompt <textarea></textarea></label>
<button>Generate</button> <video autoplay muted loop playsinline controls></video>
<script src="/page.js"></script>`;

/**
 * Starts a page that follows fal's documentation, behind fal's bare proxy. Its calls to fal's hosts go to `upstream`.
 */
export async function startDocumentedFlow(upstream: string) {
  const script = await bundle(resolve(import.meta.dirname, "page.ts"));
  const server = createServer(async (request, response) => {
    if (request.url === "/api/fal/proxy") return pass(request, response, upstream);
    const isScript = request.url === "/page.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : html);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function pass(request: IncomingMessage, response: ServerResponse, upstream: string) {
  const body = request.method === "GET" ? undefined : await text(request);
  await handleRequest<void>(
    {
      id: "documented-flow",
      method: request.method ?? "GET",
      getHeaders: () => request.headers,
      getHeader: (name) => {
        const value = request.headers[name];
        return name === TARGET_URL_HEADER && typeof value === "string"
          ? value.replace("https:/", upstream)
          : value;
      },
      getRequestBody: async () => body,
      sendHeader: (name, value) => void response.setHeader(name, value),
      respondWith: (status, data) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(data));
      },
      async sendResponse(answer) {
        response.writeHead(answer.status, {
          "content-type": answer.headers.get("content-type") ?? "application/json",
        });
        response.end(await answer.text());
      },
    },
    {
      allowedUrlPatterns: ["**"],
      allowedEndpoints: ["**"],
      allowUnauthorizedRequests: false,
      isAuthenticated: async () => true,
      resolveFalAuth: async () => "Key bench:bench",
    },
  );
}

async function bundle(input: string): Promise<string> {
  const built = await rolldown({ input, platform: "browser" });
  const { output } = await built.generate({ format: "iife", minify: true });
  await built.close();
  return output[0].code;
}
