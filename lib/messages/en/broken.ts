export const broken = {
  title: "This page stopped working",
  message: "Your videos and what you wrote are kept.",
  reload: "Load it again",
};
