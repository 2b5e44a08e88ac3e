import type { ledger as source } from "../../en/served/ledger.ts";
import type { Translated } from "../../translated.ts";

export const ledger = {
  title: "账本",
  heading: "花了多少钱",
  today: "今天（UTC）你的视频用这台服务器的密钥花了 {usd}。",
  todayOfBudget: "今天（UTC）你的视频用这台服务器的密钥花了 {usd}，预算还剩 {left}。",
  none: "还没有付过费。本地引擎制作的视频不花钱，也不列在这里。",
  download: "下载 CSV",
  older: "更早的记录在 CSV 里。",
  columns: {
    time: "时间（UTC）",
    price: "价格",
    charge: "扣费",
    video: "视频",
    model: "模型",
    payer: "付费方",
  },
  charges: {
    reserved: "制作期间预留",
    booked: "已扣费",
    released: "未扣费",
    uncertain: "可能已扣费：请查看 fal 的控制台",
  },
  payers: { server: "这台服务器的密钥", owner: "你自己的密钥" },
  deleted: "（已删除）",
} as const satisfies Translated<typeof source>;
