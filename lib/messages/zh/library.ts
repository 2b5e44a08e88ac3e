import type { library as source } from "../en/library.ts";
import type { Translated } from "../translated.ts";

export const library = {
  heading: "作品库",
  untitled: "无标题",
  failed: "目前无法加载作品库。里面的内容不会丢失。",
  tryAgain: "重试",
  loading: "正在加载…",
  showOlder: "显示更早的",
} as const satisfies Translated<typeof source>;
