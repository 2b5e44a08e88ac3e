import type { library as source } from "../en/library.ts";
import type { Translated } from "../translated.ts";

export const library = {
  heading: "作品库",
  untitled: "未命名",
  failed: "暂时无法加载作品库，里面的内容不会丢失。",
  tryAgain: "重试",
  loading: "正在加载…",
  showOlder: "加载更早的视频",
} as const satisfies Translated<typeof source>;
