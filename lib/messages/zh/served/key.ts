import type { key as source } from "../../en/served/key.ts";
import type { Translated } from "../../translated.ts";

export const key = {
  title: "你的 fal 密钥",
  heading: "使用自己的 fal 密钥",
  headingInUse: "你正在使用自己的 fal 密钥",
  meaning:
    "之后生成的视频由你的 fal 账户付费。密钥加密保存在这个浏览器的 Cookie 里；只有在生成你的视频期间，服务器才会保留一份，这样即使你关闭页面，视频也能取回。其他人的视频不会用到它，日志里也不会出现它。",
  getOne: "到 fal.ai/dashboard/keys 获取密钥（在新标签页打开）",
  field: "fal 密钥",
  placeholder: "密钥编号:密钥内容",
  notAKey:
    "这不像 fal 的密钥。fal 密钥由编号、冒号和密钥内容组成，只在 fal.ai/dashboard/keys 创建时显示一次。",
  use: "使用",
  useInstead: "改用这一个",
  forget: "移除我的密钥",
} as const satisfies Translated<typeof source>;
