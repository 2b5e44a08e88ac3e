import type { picture as source } from "../en/picture.ts";
import type { Translated } from "../translated.ts";

export const picture = {
  size: "它的尺寸是 {width} × {height}。",
  frameAt: "{seconds} 秒处的一帧",
  ofThisVideo: "这个视频的图片",
  note: {
    turned: "已转正",
    cropped: "从 {width} × {height} 裁剪而来",
    smaller: "已从 {width} × {height} 缩小",
    firstFrame: "只以 {target} 发送 {format} 的第一帧",
    converted: "以 {target} 发送：模型不支持 {format}",
    rgb: "已从 CMYK 转为 RGB",
    eightBit: "已从 16 位转为 8 位",
    lighter: "以 JPEG 发送：PNG 会超过 20 MB",
    location: "已去除位置和相机信息",
    camera: "已去除相机信息",
    video: "视频的第一帧，连同它的提示词和设置",
    videoUnknown: "视频的第一帧；视频没有记录制作方式",
  },
} as const satisfies Translated<typeof source>;
