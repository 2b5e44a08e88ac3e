import type { link as source } from "../../en/served/link.ts";
import type { Translated } from "../../translated.ts";

export const link = {
  untitled: "一段从图片开始的视频",
  untitledDescription: "一段从图片开始的视频，用 Firstframe 制作。",
  firstFrame: "第一帧：{title}",
  video: "视频",
  download: "下载",
  makeYourOwn: "自己做一个",
  report: "举报这个视频",
  reported: {
    title: "谢谢",
    message: "分享者会看到这个视频被举报，并且可以收回链接。",
  },
} as const satisfies Translated<typeof source>;
