import "server-only";
import { format, stripVTControlCharacters } from "node:util";
import pino from "pino";
import { getEnv } from "./env.ts";
import { currentRequestId } from "./process/request-context.ts";

// A library's error may contain a request with its headers, or an address with its password.
const SECRETS = ["authorization", "cookie", "password", "ownKey", "connectionString", "secret"];

let log: pino.Logger | undefined;

export function getLog(): pino.Logger {
  log ??= pino({
    level: getEnv().LOG_LEVEL,
    mixin() {
      const requestId = currentRequestId();
      return requestId === undefined ? {} : { requestId };
    },
    redact: {
      paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]),
      censor: "(kept out)",
    },
  });
  return log;
}

const LEVELS = { log: "info", info: "info", debug: "debug", warn: "warn", error: "error" } as const;

/** Sends Next's console output to the log, one JSON line each, because it contains paths and headers that strangers wrote. */
export function logConsoleOutput(): void {
  for (const [method, level] of Object.entries(LEVELS) as [keyof typeof LEVELS, pino.Level][]) {
    console[method] = (...parts: unknown[]) => {
      const text = stripVTControlCharacters(format(...parts)).trim();
      if (text !== "") getLog()[level](text);
    };
  }
}

/** Describes a prompt for the log. The text itself is private, so it is included only if the operator asks for it. */
export function describePrompt(prompt: string): { prompt?: string; characters: number } {
  return { characters: prompt.length, ...(getEnv().LOG_PROMPTS && { prompt }) };
}
