import type { notices as source } from "../../en/served/notices.ts";
import type { Translated } from "../../translated.ts";

export const notices = {
  nothingHere: "找不到页面",
  nothingHereHint: "地址有误，或者内容已被删除。",
  toStudio: "前往工作台",
  backToStudio: "返回工作台",
  makeYourOwn: "我也做一个视频",
  request: "请求编号",
} as const satisfies Translated<typeof source>;
