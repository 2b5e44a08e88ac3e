export const broken = {
  title: "页面出错了",
  message: "视频和已填写的内容都还在。",
  reload: "重新加载",
};
