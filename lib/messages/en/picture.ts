/** Texts about a picture before it is sent to the model. */
export const picture = {
  size: "It is {width} × {height}.",
  frameAt: "The frame at {seconds} s",
  ofThisVideo: "The picture of this video",
  /** Follows the names that a list shows. */
  moreNames: "{count} more",
  /** What a picture that is see-through lies on. */
  background: { name: "Background", white: "On white", black: "On black", own: "On a colour" },
  /** What the preparation changed in the picture. */
  note: {
    turned: "Turned upright",
    cropped: "Cropped from {width} × {height}",
    smaller: "Made smaller, from {width} × {height}",
    firstFrame: "Only the {format}'s first frame is sent, as {target}",
    converted: "Sent as {target}: {format} is not on the model's list",
    rgb: "Made RGB from CMYK",
    eightBit: "Made 8-bit from 16-bit",
    lighter: "Sent as JPEG: as PNG it is over 20 MB",
    location: "Location and camera data removed",
    camera: "Camera data removed",
    video: "First frame of the video, with its prompt and settings",
    leftOut: "Left out, because one picture is used at a time: {names}",
    noPictures: "Left out, because that is no picture: {names}",
    notRead: "Left out, because it could not be read: {names}",
    notOpened: "Not opened, because it is a folder beside other things: {names}",
    fromFolder: "The first picture in the folder {names}",
    videoUnknown: "First frame of a video that does not say how it was made",
  },
} as const;
