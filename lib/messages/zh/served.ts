import type { served as source } from "../en/served.ts";
import type { Translated } from "../translated.ts";

export const served = {
  nothingHere: "这里什么都没有",
  nothingHereHint: "地址有误，或者内容已被删除。",
  toStudio: "前往工作室",
} as const satisfies Translated<typeof source>;
