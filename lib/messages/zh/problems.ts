import type { problems as source } from "../en/problems.ts";
import type { Translated } from "../translated.ts";

const FORMATS = "请使用 JPEG、PNG 或 WebP 图片。";

export const problems = {
  picture_empty: {
    title: "这个文件是空的",
    message: `文件里没有任何内容，无法显示。${FORMATS}`,
  },
  picture_unreadable: {
    title: "无法识别这张图片",
    message: `文件已损坏，或者不是图片。${FORMATS}`,
  },
  picture_incomplete: {
    title: "这张图片不完整",
    message: "文件末尾缺失，可能是下载中断所致。请重新复制或下载，再拖到这里。",
  },
  picture_is_drawing: {
    title: "SVG 是矢量图，不是照片",
    message: "模型需要像素图。请先导出为 PNG 或 JPEG，再拖到这里。",
  },
  picture_too_heavy: {
    title: "这张图片超过 20 MB",
    message: "模型最多接受 20 MB 的文件。请另存一份较小的：长边 2,000 像素已经足够。",
  },
  picture_too_small: {
    title: "这张图片太小",
    message: "短边必须大于 300 像素。请使用更大的原图，不要用放大后的副本。",
  },
  picture_too_many_pixels: {
    title: "这张图片的像素太多",
    message: "所需内存超出浏览器的能力。请另存为不超过 1.2 亿像素的副本，再拖到这里。",
  },
  picture_not_ready: {
    title: "新图片还没有准备好",
    message: "请等它处理完，或者选好要发送的部分，再按一次按钮。",
  },
  picture_missing: {
    title: "还没有图片",
    message: "请把图片拖到舞台上、粘贴，或者选择一个文件。",
  },
  picture_from_elsewhere: {
    title: "这张图片不是在这里上传的",
    message: "只会发送在这里拖入、粘贴或选择的图片。请重新拖入一次。",
  },
  picture_address_refused: {
    title: "服务器不访问这个地址",
    message: "它只从公共互联网获取图片。请先保存图片，再把文件拖到这里。",
  },
  picture_not_fetched: {
    title: "没有取到图片",
    message:
      "这个地址没有给出图片：可能出错、是网页、超过 50 MB，或者没有及时响应。请先保存图片，再把文件拖到这里。",
  },
  prompt_empty: {
    title: "还没有写提示词",
    message: "用几句话写下第一帧之后应该发生什么。",
  },
  prompt_too_long: {
    title: "提示词太长",
    message: "模型最多读取 2,000 个字符。请缩短一些：已写的内容不会丢失。",
  },
  upload_failed: {
    title: "上传中断了",
    message: "图片和文字都还在。请检查网络连接，然后重试。",
  },
  offline: {
    title: "网络已断开",
    message: "图片和文字都还在。恢复连接后请重试。",
  },
  page_incomplete: {
    title: "页面的一部分没有加载出来",
    message: "缺少脚本，因此什么都没有执行。请在网络恢复后重新加载页面。",
  },
  bad_request: {
    title: "服务器无法处理这个请求",
    message: "页面可能比服务器旧。请重新加载：图片和文字会保留。",
  },
  not_found: {
    title: "这里什么都没有",
    message: "地址有误，或者内容已被删除。",
  },
  call_refused: {
    title: "服务器不转发这个请求",
    message:
      "只有 Firstframe 自己发出的请求才会到达 fal。如果页面打开了很久，请重新加载：已写的内容会保留。",
  },
  unknown_host: {
    title: "这台服务器不使用这个域名",
    message:
      "请用它的 IP 地址或 localhost 打开。服务器的管理员可以通过 PUBLIC_URL 或 ALLOWED_HOSTS 添加其他域名。",
  },
  foreign_origin: {
    title: "请求不是来自本站的页面",
    message: "请通过服务器自己登记的地址（PUBLIC_URL）打开工作室，然后重试。",
  },
  over_budget: {
    title: "今天的预算已用完",
    message: "没有发送任何内容，已做好的视频都还在。新的一天从 00:00 UTC 开始。",
  },
  session_missing: {
    title: "服务器还不认识这个浏览器",
    message:
      "没有发送任何内容。打开页面即可获得会话：请重新加载，并允许本站使用 Cookie。程序需先打开页面并保留它的 Cookie。",
  },
  line_full: {
    title: "你排队中的视频已经够多了",
    message: "没有发送任何内容。请等其中一些完成，或者取消一个。",
  },
  too_many_uploads: {
    title: "今天的图片空间已用完",
    message: "服务器每天为每位访问者保存的图片有上限。请明天再来。",
  },
  server_busy: {
    title: "服务器现在太忙",
    message: "请等几秒钟再试。",
  },
  too_fast: {
    title: "一分钟内开始得太多",
    message: "没有发送任何内容。一分钟后可以重试。",
  },
  body_too_large: {
    title: "请求太大",
    message: "没有发送任何内容。请缩短提示词，再按一次按钮。",
  },
  signed_out: {
    title: "你已退出登录",
    message: "没有发送任何内容，已写的内容都还在。请在另一个标签页登录，然后回来重试。",
  },
  share_gone: {
    title: "这个链接已被收回",
    message: "分享者撤回了它，或者它已过期。",
  },
  share_locked: {
    title: "这个链接需要密码",
    message: "请向发给你链接的人索取。",
  },
  not_shareable: {
    title: "还没有可以分享的视频",
    message: "请等它保存到这台服务器上。",
  },
  too_many_attempts: {
    title: "输错密码的次数太多",
    message: "请等几分钟再试。",
  },
  still_working: {
    title: "这个视频还在制作中",
    message: "请先取消，或者等它完成：之后才能删除。",
  },
  click_reused: {
    title: "这次点击属于另一个视频",
    message: "它的编号已用于别的提示词或图片。重试会新做一个。",
  },
  payer_changed: {
    title: "这次点击原本由另一个密钥付费",
    message:
      "一次点击由谁付费不会改变，所以没有发送任何内容。重试会成为一次新的点击，费用见按钮上的价格。",
  },
  not_sent: {
    title: "服务器在发送之前出了错",
    message: "详情见服务器日志。图片和文字都还在，请重试。",
  },
  outcome_awaited: {
    title: "正在确认这次点击的结果",
    message: "服务器已经记录了这次点击，会自动再次查询。",
  },
  storage_unavailable: {
    title: "服务器无法访问自己的记录",
    message: "没有发送任何内容。请稍等片刻再重试。",
  },
  upstream_unavailable: {
    title: "目前无法连接 fal",
    message: "没有发送任何内容。请稍等片刻再重试。",
  },
  upstream_answer_broken: {
    title: "没有收到 fal 的答复",
    message: "连接中断了。请稍等片刻再重试。",
  },
  unconfirmed: {
    title: "不确定 fal 是否收到了这一个",
    message:
      "请求已发出，但答复丢失了。如果 fal 之后有消息，视频会自动出现在这里。未经你同意不会再次发送：那样可能付两次钱。",
  },
  internal: {
    title: "服务器出了问题",
    message: "详情在服务器日志里。图片和文字都还在。",
  },
  server_unreachable: {
    title: "无法连接这台服务器",
    message: "请确认它正在运行，并且你已联网。",
  },
  gateway_answered: {
    title: "浏览器与服务器之间有别的设备代为答复",
    message: "可能是网关正等待服务器重启，也可能是所在网络要求先登录。",
  },
  gateway_refused: {
    title: "服务器前面的网关或防火墙拦下了这次请求",
    message:
      "这不是服务器或 fal 的答复。如果它要求登录，请先登录；否则请让管理者放行 /api/ 和 /local-fal/ 下的请求。",
  },
  gateway_limit: {
    title: "服务器前面的网关不接受这么大的内容",
    message:
      "请让管理者放行至少 20 MB：nginx 中是 client_max_body_size，其他网关则是请求体大小上限。",
  },
  key_refused: {
    title: "fal 拒绝了这台服务器的密钥",
    message: "请服务器的管理者检查 FAL_KEY。图片和文字都还在。",
  },
  own_key_refused: {
    title: "fal 拒绝了你的密钥",
    message: "它可能已被删除，或者缺少权限。请换一个，然后重试。",
  },
  account_locked: {
    title: "fal 账户已被锁定",
    message: "余额可能已用完，或者密钥缺少权限。请查看 fal.ai/dashboard/billing，然后重试。",
  },
  model_unavailable: {
    title: "fal 没有这个模型",
    message: "它可能已改名或下线。请选择另一个模型，再按「生成」。",
  },
  rate_limited: {
    title: "fal 目前不再接受请求",
    message: "这个账户发送得太多。一分钟后可以重试。",
  },
  prompt_declined: {
    title: "模型拒绝了这一个",
    message: "内容检查认为提示词或图片有问题。请修改其中之一，再按「生成」。",
  },
  input_refused: {
    title: "模型无法使用这些输入",
    message: "请修改它指出的内容，再按「生成」。",
  },
  generation_failed: {
    title: "模型在制作时失败了",
    message: "与图片和文字无关。请重试：什么都不用改。",
  },
  result_gone: {
    title: "结果已不再保留",
    message: "fal 只保存结果约一小时，这一个没有及时取回。重试会重新制作。",
  },
  result_delayed: {
    title: "fal 没有说明制作的进展",
    message: "制作仍在 fal 那边继续。服务器会一直询问，等 fal 答复后立即取回视频。",
  },
  result_key_refused: {
    title: "fal 不再接受启动这次制作所用的密钥",
    message:
      "制作仍在 fal 那边，但没有这个密钥就读不到结果。请在 fal 恢复它，或请服务器的管理者检查 FAL_KEY；服务器会一直询问。",
  },
  result_key_lost: {
    title: "服务器读不出启动这次制作所用的密钥",
    message:
      "它的 SESSION_SECRET 已经更换。制作仍在 fal 那边：请到那里查找，或请服务器的管理者恢复原来的密钥。",
  },
  video_gone: {
    title: "fal 已没有这个视频文件",
    message: "在这台服务器保存副本之前，它已在那边被删除。重试会重新制作。",
  },
  video_from_elsewhere: {
    title: "答复中的文件不属于 fal",
    message: "这台服务器只从 fal 自己的主机获取视频，因此没有取它。重试会重新制作。",
  },
  video_unusable: {
    title: "收到的不是视频",
    message:
      "fal 给出的文件是空的、已损坏，或者是别的东西。可以到那边查看，或者重试：那会重新制作。",
  },
  video_too_large: {
    title: "视频太大，无法保存在这里",
    message: "它会在 fal 保留几天：请从那里保存。",
  },
  video_unplayable: {
    title: "目前无法播放这个视频",
    message: "文件没有传来，或者浏览器无法读取。请重新加载页面，或者下载它。",
  },
  disk_full: {
    title: "服务器的磁盘已满",
    message: "在腾出空间之前，视频从 fal 播放。服务器会自动继续尝试。",
  },
  archive_waiting: {
    title: "视频还没有保存到这里",
    message: "目前从 fal 播放。服务器会自动继续尝试。",
  },
} as const satisfies Translated<typeof source>;
