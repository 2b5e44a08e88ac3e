import type { picture as source } from "../en/picture.ts";
import type { Translated } from "../translated.ts";

export const picture = {
  size: "尺寸为 {width} × {height}。",
  frameAt: "第 {seconds} 秒的画面",
  ofThisVideo: "这个视频的首帧",
  moreNames: "另外 {count} 个",
  background: { name: "背景", white: "白色背景", black: "黑色背景", own: "自选背景色" },
  note: {
    turned: "方向已校正",
    cropped: "裁剪自 {width} × {height}",
    smaller: "缩小自 {width} × {height}",
    firstFrame: "只使用 {format} 的第一帧，已转为 {target}",
    converted: "模型不支持 {format}，已转为 {target}",
    rgb: "已从 CMYK 转为 RGB",
    eightBit: "已从 16 位转为 8 位",
    lighter: "PNG 超过 20 MB，已转为 JPEG",
    location: "已去除位置和相机信息",
    camera: "已去除相机信息",
    video: "取自视频首帧，提示词和设置已恢复",
    leftOut: "一次只使用一张图片，未使用：{names}",
    noPictures: "不是图片，未使用：{names}",
    notRead: "无法读取，未使用：{names}",
    notOpened: "文件夹未打开：{names}",
    fromFolder: "文件夹 {names} 中的第一张图片",
    videoUnknown: "取自视频首帧，视频未记录提示词和设置",
  },
} as const satisfies Translated<typeof source>;
