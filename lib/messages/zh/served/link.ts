import type { link as source } from "../../en/served/link.ts";
import type { Translated } from "../../translated.ts";

export const link = {
  untitled: "一段以图片为首帧的视频",
  untitledDescription: "一段以图片为首帧的视频，由 Firstframe 生成。",
  firstFrame: "首帧：{title}",
  video: "视频",
  date: "{date}（UTC）",
  rare: "部分浏览器无法播放这个视频。",
  rareToSave: "部分浏览器无法播放这个视频。如果无法播放，请下载后观看。",
  download: "下载",
  makeYourOwn: "我也做一个",
  report: "举报这个视频",
  reported: {
    title: "举报已收到，谢谢",
    message: "分享者会看到这个视频被举报，并可以停止分享。",
  },
} as const satisfies Translated<typeof source>;
