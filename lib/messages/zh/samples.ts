import type { samples as source } from "../en/samples.ts";
import type { Translated } from "../translated.ts";

export const samples = {
  try: "或试试这些示例",
  use: "或从这些示例开始",
  press: { try: "试用示例：{name}，{move}", use: "使用示例：{name}，{move}" },
  each: {
    coffee: { name: "一杯咖啡", move: "推进", prompt: "[Push in] 热气从杯中缓缓升起" },
    rocket: { name: "发射台上的火箭", move: "上摇", prompt: "[Tilt up] 火箭点火升空" },
    hills: { name: "黄昏的群山", move: "拉远", prompt: "[Pull out] 夜色笼罩群山" },
  },
} as const satisfies Translated<typeof source>;
