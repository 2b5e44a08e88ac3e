import type { password as source } from "../../en/served/password.ts";
import type { Translated } from "../../translated.ts";

export const password = {
  title: "请输入密码",
  headings: {
    studio: "进入工作台需要密码",
    video: "观看这个视频需要密码",
  },
  field: "密码",
  open: "打开",
  wrong: "密码不正确。",
} as const satisfies Translated<typeof source>;
