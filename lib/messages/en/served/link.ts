/** Texts of the share page, its embed, and its preview on other sites. */
export const link = {
  untitled: "A video that begins with a picture",
  untitledDescription: "A video that begins with a picture, made with Firstframe.",
  firstFrame: "The first frame: {title}",
  video: "Video",
  date: "{date} (UTC)",
  rare: "Not every browser can play this video.",
  rareToSave: "Not every browser can play this video. If yours does not, download it.",
  download: "Download",
  makeYourOwn: "Make your own",
  report: "Report this video",
  reported: {
    title: "Thank you",
    message: "Whoever shared this video sees that it was reported, and can take the link back.",
  },
} as const;
