import type { studio as source } from "../../en/served/studio.ts";
import type { Translated } from "../../translated.ts";

export const studio = {
  description: "拖入一张图片，写下接下来发生的事，得到一段以这张图片开头的视频。",
  heading: "Firstframe：让图片变成视频",
  libraryAside: {
    closed:
      "这个浏览器在这里还有另一个作品库，但现在打不开：服务器的 SESSION_SECRET 已更换。它仍被保留，把原来的密钥写在新密钥之后即可恢复。",
    open: "这个浏览器在这里还有另一个作品库，来自服务器更换密钥之前。",
    change: "打开另一个作品库",
  },
  header: {
    local: "本地引擎：只有镜头运动，没有 AI",
    localShort: "本地：镜头运动，无 AI",
    localCost: "视频在这台电脑上制作，不花钱。",
    localMeaning: "本地引擎按照提示词在图片上移动镜头。它不会凭空生成内容：没有使用 AI。",
    localKey:
      "想要真正的 AI 生成，请到 fal.ai/dashboard/keys 获取密钥，把 {setting} 写入文件 {file}，然后重启服务器。",
    localOwnKey: "也可以{link}。",
    localOwnKeyLink: "只为自己使用一个密钥",
    ownKeyUsed: "正在使用你的 fal 密钥",
    useOwnKey: "使用你的 fal 密钥",
    signOut: "退出登录",
  },
} as const satisfies Translated<typeof source>;
