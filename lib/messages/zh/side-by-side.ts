import type { sideBySide as source } from "../en/side-by-side.ts";
import type { Translated } from "../translated.ts";

export const sideBySide = {
  title: "并排对比",
  hint: "与你的另一个视频同步播放。",
  open: "与另一个视频对比",
  close: "关闭",
  play: "播放",
  pause: "暂停",
  oneBack: "上一帧",
  oneForward: "下一帧",
  position: "播放位置",
  clock: "{seconds} / {duration} 秒",
  first: "第一个视频",
  second: "第二个视频",
  choose: "选择第二个视频",
  differs: "不同：",
  facts: {
    prompt: "提示词",
    model: "模型",
    length: "时长",
    resolution: "分辨率",
    optimize: "优化提示词",
  },
  seconds: "{seconds} 秒",
  on: "开",
  off: "关",
  none: "无",
} as const satisfies Translated<typeof source>;
