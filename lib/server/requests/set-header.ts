import "server-only";
import type { IncomingMessage } from "node:http";

/** Replaces a header of a request in both forms that Next reads. An empty value removes it. */
export function setHeader(request: IncomingMessage, name: string, value: string): void {
  const raw: string[] = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const [rawName = "", rawValue = ""] = request.rawHeaders.slice(at, at + 2);
    if (rawName.toLowerCase() !== name) raw.push(rawName, rawValue);
  }
  if (value === "") {
    delete request.headers[name];
  } else {
    request.headers[name] = value;
    raw.push(name, value);
  }
  request.rawHeaders = raw;
}
