import type { studio as source } from "../../en/served/studio.ts";
import type { Translated } from "../../translated.ts";

export const studio = {
  description: "拖入一张图片，写下接下来会发生什么，就能得到一段以它为首帧的视频。",
  heading: "Firstframe：让图片变成视频",
  libraryAside: {
    closed:
      "这个浏览器在这里还有另一个作品库，因为服务器的 SESSION_SECRET 已更换，暂时无法打开。作品库仍被保留，请管理员把原来的 SESSION_SECRET 写在新的后面，即可恢复。",
    open: "这个浏览器在这里还有另一个作品库，来自服务器更换密钥之前。",
    change: "打开另一个作品库",
  },
  header: {
    local: "本地引擎：仅运镜，不使用 AI",
    localShort: "本地，无 AI",
    localCost: "视频在这台电脑上渲染，不产生费用。",
    localMeaning: "本地引擎会按提示词在图片上运镜。它不使用 AI，也不会凭空生成内容。",
    localKey:
      "想要真正的 AI 生成，请到 fal.ai/dashboard/keys 获取密钥，把 {setting} 写入文件 {file}，然后重启服务器。",
    localOwnKey: "也可以{link}。",
    localOwnKeyLink: "填写仅供自己使用的密钥",
    ownKeyUsed: "正在使用你的 fal 密钥",
    useOwnKey: "使用自己的 fal 密钥",
    links: "分享链接",
    toStudio: "返回工作台",
    signOut: "退出登录",
  },
} as const satisfies Translated<typeof source>;
