import "server-only";
import pino from "pino";
import { getEnv } from "./env";

let log: pino.Logger | undefined;

export function getLog(): pino.Logger {
  log ??= pino({
    level: getEnv().LOG_LEVEL,
    redact: ["*.authorization", "*.headers.authorization", "*.cookie"],
  });
  return log;
}
