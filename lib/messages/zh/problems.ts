import type { problems as source } from "../en/problems.ts";
import type { Translated } from "../translated.ts";

const FORMATS = "请使用 JPEG、PNG 或 WebP 图片。";

export const problems = {
  picture_empty: {
    title: "这个文件是空的",
    message: `文件里没有任何内容，无法显示。${FORMATS}`,
  },
  picture_gone: {
    title: "找不到这个文件",
    message: "选择之后，文件被移动、重命名或删除。请在它现在的位置重新选择。",
  },
  picture_changed: {
    title: "无法再读取这个文件",
    message: "选择之后，文件发生了变化，或正被其他程序占用。请等文件完整后重新选择。",
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
    message: "模型需要位图。请先导出为 PNG 或 JPEG，再拖到这里。",
  },
  picture_too_heavy: {
    title: "这张图片超过 20 MB",
    message: "模型最多接受 20 MB 的文件。请另存一份较小的，长边 2000 像素就足够。",
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
    message: "请等它处理完，或先选好要使用的部分，再点击一次按钮。",
  },
  picture_missing: {
    title: "还没有图片",
    message: "请把图片拖到页面上、粘贴，或选择一个文件。",
  },
  draft_empty: {
    title: "还没有内容可以生成",
    message: "请添加图片，或写下想让画面里发生什么，有一样即可。",
  },
  picture_from_elsewhere: {
    title: "这张图片不是在这里上传的",
    message: "只能使用在这里拖入、粘贴或选择的图片。请重新拖入一次。",
  },
  picture_address_refused: {
    title: "服务器不访问这个地址",
    message: "它只从公共互联网获取图片。请先保存图片，再把文件拖到这里。",
  },
  picture_not_fetched: {
    title: "未能获取图片",
    message:
      "这个地址没有返回图片：可能是出错、是网页、超过 50 MB 或响应超时。请先保存图片，再把文件拖到这里。",
  },
  picture_is_text: {
    title: "这是文字，不是图片",
    message: "要用作提示词，请粘贴或拖到提示词框里。要用作首帧，请使用图片或图片地址。",
  },
  picture_not_given: {
    title: "其中没有图片",
    message: "请复制或拖动图片本身。如果不行，请先保存图片，再把文件拖到这里。",
  },
  folder_empty: {
    title: "这个文件夹是空的",
    message: "文件夹里没有文件。请拖入一张图片，或包含图片的文件夹。",
  },
  folder_without_picture: {
    title: "这个文件夹里没有图片",
    message: "已查看其中靠前的文件，都不是图片。请直接拖入图片。",
  },
  prompt_empty: {
    title: "还没有写提示词",
    message: "请用几句话写下首帧之后会发生什么。",
  },
  prompt_too_long: {
    title: "提示词太长",
    message: "模型最多读取 2000 个字符。请精简一些，已写的内容不会丢失。",
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
    message: "页面版本可能比服务器旧。请重新加载，图片和文字都会保留。",
  },
  not_found: {
    title: "找不到内容",
    message: "地址有误，或者内容已被删除。",
  },
  call_refused: {
    title: "服务器不转发这个请求",
    message:
      "只有 Firstframe 自己发出的请求才会到达 fal。如果页面打开了很久，请重新加载，已写的内容会保留。",
  },
  unknown_host: {
    title: "这台服务器不使用这个域名",
    message:
      "请用它的 IP 地址或 localhost 打开。服务器的管理员可以通过 PUBLIC_URL 或 ALLOWED_HOSTS 添加其他域名。",
  },
  foreign_origin: {
    title: "请求不是来自本站的页面",
    message: "请通过服务器配置的地址（PUBLIC_URL）打开工作台，然后重试。",
  },
  over_budget: {
    title: "今天的预算已用完",
    message: "这次没有提交，已生成的视频都还在。预算在 UTC 时间 0:00 重置。",
  },
  session_missing: {
    title: "服务器还不认识这个浏览器",
    message:
      "这次没有提交。请重新加载页面，并允许本站使用 Cookie。程序需要先打开页面，并保留收到的 Cookie。",
  },
  line_full: {
    title: "排队中的视频过多",
    message: "这次没有提交。请等其中一些完成，或先取消一个。",
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
    title: "一分钟内提交次数过多",
    message: "这次没有提交。请在一分钟后重试。",
  },
  body_too_large: {
    title: "请求太大",
    message: "这次没有提交。请缩短提示词，再点击一次按钮。",
  },
  signed_out: {
    title: "登录已失效",
    message: "这次没有提交，已写的内容都还在。请在另一个标签页登录，再回来重试。",
  },
  share_gone: {
    title: "链接已失效",
    message: "分享者已停止分享，或链接已过期。",
  },
  share_locked: {
    title: "这个链接需要密码",
    message: "请向发送链接的人索取密码。",
  },
  not_shareable: {
    title: "还没有可以分享的视频",
    message: "请等视频保存到这台服务器后再分享。",
  },
  too_many_attempts: {
    title: "密码错误次数过多",
    message: "请等几分钟再试。",
  },
  still_working: {
    title: "这个视频还在生成中",
    message: "请先取消，或等它完成后再删除。",
  },
  click_reused: {
    title: "这次点击已用于其他内容",
    message: "它的编号已对应另一个提示词或图片。重试会换用新的编号。",
  },
  payer_changed: {
    title: "这次点击原本由另一个密钥付费",
    message:
      "一次点击由谁付费不会改变，所以这次没有提交。重试会发起一次新的生成，费用见按钮上的价格。",
  },
  not_sent: {
    title: "服务器在提交之前出错了",
    message: "详情见服务器日志。图片和文字都还在，请重试。",
  },
  outcome_awaited: {
    title: "正在确认这次点击的结果",
    message: "服务器已经记录了这次点击，会自动再次查询。",
  },
  storage_unavailable: {
    title: "服务器无法访问自己的数据",
    message: "这次没有提交。请稍等片刻再重试。",
  },
  upstream_unavailable: {
    title: "暂时无法连接 fal",
    message: "这次没有提交。请稍等片刻再重试。",
  },
  upstream_answer_broken: {
    title: "没有收到 fal 的响应",
    message: "连接中断了。请稍等片刻再重试。",
  },
  unconfirmed: {
    title: "无法确认 fal 是否已接收",
    message:
      "请求已发出，但没有收到响应。如果 fal 之后返回结果，视频会自动出现在这里。未经你确认不会再次提交，以免重复扣费。",
  },
  internal: {
    title: "服务器出错了",
    message: "详情见服务器日志。图片和文字都还在。",
  },
  server_unreachable: {
    title: "无法连接这台服务器",
    message: "请确认服务器正在运行，并且你已联网。",
  },
  gateway_answered: {
    title: "响应来自浏览器与服务器之间的其他设备",
    message: "可能是网关正等待服务器重启，也可能是所在网络要求先登录。",
  },
  gateway_refused: {
    title: "服务器前面的网关或防火墙拦截了这次请求",
    message:
      "响应不是来自服务器或 fal。如果网关要求登录，请先登录；否则请管理员放行 /api/ 和 /local-fal/ 下的请求。",
  },
  gateway_limit: {
    title: "服务器前面的网关不接受这么大的内容",
    message:
      "请管理员允许至少 20 MB 的请求：nginx 的设置是 client_max_body_size，其他网关是请求体大小上限。",
  },
  key_refused: {
    title: "fal 拒绝了这台服务器的密钥",
    message: "请服务器管理员检查 FAL_KEY。图片和文字都还在。",
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
    message: "它可能已改名或下线。请选择另一个模型，然后重新生成。",
  },
  rate_limited: {
    title: "fal 暂时不接受新的请求",
    message: "这个账户提交的请求过多。请在一分钟后重试。",
  },
  prompt_declined: {
    title: "模型拒绝了这次请求",
    message: "内容审核认为提示词或图片有问题。请修改其中之一，然后重新生成。",
  },
  input_refused: {
    title: "模型无法使用这些输入",
    message: "请按提示修改，然后重新生成。",
  },
  generation_failed: {
    title: "模型生成失败",
    message: "与你的图片和文字无关，无需修改，直接重试即可。",
  },
  result_gone: {
    title: "fal 已不再保留结果",
    message: "fal 只保留结果约一小时，这次没有及时取回。重试会发起一次新的生成。",
  },
  result_delayed: {
    title: "fal 没有返回生成进度",
    message: "fal 仍在继续生成。服务器会持续查询，收到响应后立即取回视频。",
  },
  result_key_refused: {
    title: "fal 不再接受提交这次生成时所用的密钥",
    message:
      "这次生成仍在 fal，但没有这个密钥就无法读取结果。请在 fal 恢复密钥，或请服务器管理员检查 FAL_KEY。服务器会持续查询。",
  },
  result_key_lost: {
    title: "服务器无法读取提交这次生成时所用的密钥",
    message:
      "服务器的 SESSION_SECRET 已更换。这次生成仍在 fal，请到 fal 控制台查找，或请服务器管理员恢复原来的 SESSION_SECRET。",
  },
  video_gone: {
    title: "fal 已没有这个视频文件",
    message: "在这台服务器保存副本之前，fal 已删除该文件。重试会发起一次新的生成。",
  },
  video_from_elsewhere: {
    title: "返回的文件地址不属于 fal",
    message: "这台服务器只从 fal 自己的主机下载视频，所以没有下载它。重试会发起一次新的生成。",
  },
  video_unusable: {
    title: "收到的不是视频",
    message:
      "fal 返回的文件为空、已损坏，或不是视频。可以到 fal 查看；也可以重试，重试会发起一次新的生成。",
  },
  video_too_large: {
    title: "视频太大，无法保存在这里",
    message: "fal 会保留它几天，请到 fal 下载保存。",
  },
  video_unplayable: {
    title: "暂时无法播放这个视频",
    message: "文件没有加载成功，或浏览器无法读取。请重新加载页面，或下载后观看。",
  },
  disk_full: {
    title: "服务器的磁盘已满",
    message: "腾出空间之前，视频会从 fal 播放。服务器会自动重试。",
  },
  archive_waiting: {
    title: "视频还没有保存到这里",
    message: "视频会先从 fal 播放。服务器会自动重试。",
  },
} as const satisfies Translated<typeof source>;
