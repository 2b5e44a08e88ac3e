import type { ledger as source } from "../../en/served/ledger.ts";
import type { Translated } from "../../translated.ts";

export const ledger = {
  title: "费用明细",
  heading: "每个视频的费用",
  today: "今天（UTC）你用这台服务器的密钥花了 {usd}。",
  todayOfBudget: "今天（UTC）你用这台服务器的密钥花了 {usd}，预算还剩 {left}。",
  none: "还没有产生费用。本地引擎渲染的视频免费，不在此列出。",
  download: "下载 CSV",
  older: "更早的记录在 CSV 里。",
  columns: {
    time: "时间",
    price: "价格",
    charge: "扣费状态",
    video: "视频",
    model: "模型",
    payer: "付费方",
  },
  charges: {
    reserved: "生成中，金额已预留",
    booked: "已扣费",
    released: "未扣费（以 fal 为准）",
    uncertain: "可能已扣费，请到 fal 控制台查看",
  },
  unrun: "未运行，未扣费",
  day: "{day}（UTC）",
  dayTotal: "当日合计",
  payers: { server: "这台服务器的密钥", owner: "你自己的密钥" },
  deleted: "（已删除）",
} as const satisfies Translated<typeof source>;
