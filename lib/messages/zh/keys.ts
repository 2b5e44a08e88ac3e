import type { keys as source } from "../en/keys.ts";
import type { Translated } from "../translated.ts";

export const keys = {
  close: "关闭",
  group: {
    anywhere: "全局",
    prompt: "在提示词输入框中",
    lists: "在“运镜”和“我的提示词”中",
    crop: "裁剪图片时",
    player: "在播放器和并排对比中",
    library: "在作品库中",
  },
  does: {
    paste: "使用剪贴板里的图片或网址",
    list: "显示快捷键",
    close: "关闭打开的面板",
    start: "生成",
    move: "在各项之间移动",
    ends: "移到第一项或最后一项",
    shift: "移动裁剪框",
    shiftFar: "大幅移动裁剪框",
    use: "使用这一部分",
    frame: "上一帧、下一帧",
    play: "播放或暂停",
    look: "原地播放",
    choose: "选择或取消选择",
    chooseAll: "全选",
    remove: "删除所选视频",
    undo: "撤销删除",
    begin: "以它的最后一帧作为首帧",
    end: "以它的首帧作为尾帧",
  },
} as const satisfies Translated<typeof source>;
