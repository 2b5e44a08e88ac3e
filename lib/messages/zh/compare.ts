import type { compare as source } from "../en/compare.ts";
import type { Translated } from "../translated.ts";

export const compare = {
  several: "比较模型",
  single: "只选一个模型",
  models: "模型",
  needsPicture: "需要一张图片",
  none: "请至少选择一个模型。",
  runs: { other: "{count} 个视频，每个模型一个" },
  generate: "生成 {count} 个",
} as const satisfies Translated<typeof source>;
