import type { notices as source } from "../../en/served/notices.ts";
import type { Translated } from "../../translated.ts";

export const notices = {
  nothingHere: "这里什么都没有",
  nothingHereHint: "地址有误，或者内容已被删除。",
  toStudio: "前往工作室",
  backToStudio: "返回工作室",
  makeYourOwn: "自己做一个视频",
} as const satisfies Translated<typeof source>;
