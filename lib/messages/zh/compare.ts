import type { compare as source } from "../en/compare.ts";
import type { Translated } from "../translated.ts";

export const compare = {
  several: "对比模型",
  single: "只选一个模型",
  models: "模型",
  needsPicture: "需要一张图片",
  none: "请至少选择一个模型。",
  runs: { other: "每个模型生成一个，共 {count} 个视频" },
  generate: "生成 {count} 个视频",
} as const satisfies Translated<typeof source>;
