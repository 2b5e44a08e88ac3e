import type { key as source } from "../../en/served/key.ts";
import type { Translated } from "../../translated.ts";

export const key = {
  title: "你的 fal 密钥",
  heading: "使用自己的 fal 密钥",
  headingInUse: "你正在使用自己的 fal 密钥",
  meaning:
    "之后制作的视频由你的 fal 账户付费。密钥加密保存在这个浏览器的 Cookie 里；只有在制作你的视频期间，服务器上才会保留一份，这样即使关闭页面，视频也能取回。其他人的视频不会用到它，日志里也不会出现它。",
  field: "fal 密钥",
  placeholder: "密钥编号:密钥内容",
  notAKey:
    "这不像 fal 的密钥：它由编号、冒号和密钥内容组成。创建密钥时，fal.ai/dashboard/keys 只显示一次。",
  use: "使用",
  useInstead: "改用这一个",
  forget: "忘记我的密钥",
} as const satisfies Translated<typeof source>;
