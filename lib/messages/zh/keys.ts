import type { keys as source } from "../en/keys.ts";
import type { Translated } from "../translated.ts";

export const keys = {
  close: "关闭",
  group: {
    anywhere: "任何地方",
    prompt: "在提示词中",
    lists: "在镜头运动和我的提示词中",
    crop: "选择图片部分时",
    player: "在播放器和并排比较中",
  },
  does: {
    paste: "使用剪贴板里的图片或网址",
    list: "显示这个列表",
    close: "关闭打开的面板",
    start: "生成",
    move: "移到下一个",
    ends: "移到第一个、最后一个",
    shift: "移动选框",
    shiftFar: "大幅移动选框",
    use: "使用这一部分",
    frame: "后退一帧、前进一帧",
    play: "播放或暂停",
  },
} as const satisfies Translated<typeof source>;
