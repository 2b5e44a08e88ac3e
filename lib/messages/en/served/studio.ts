/** Texts of the bar above the studio, and the name of the page. */
export const studio = {
  description:
    "Drop a picture, write what should happen, get a video that begins with exactly that picture.",
  heading: "Firstframe: a picture becomes a video",
  libraryAside: {
    closed:
      "This browser has another library here, which can't be opened: the server's SESSION_SECRET has changed. It is kept, and comes back once the earlier secret is named after the new one.",
    open: "This browser has another library here, from before the server's secret changed.",
    change: "Open the other library",
  },
  header: {
    local: "Local engine: camera motion, no AI",
    localShort: "Local, no AI",
    localCost: "Videos are made on this computer, and cost nothing.",
    localMeaning:
      "The local engine moves a camera over your picture, as your prompt says. It invents nothing: no AI is at work.",
    localKey:
      "For real generations, get a key at fal.ai/dashboard/keys, put {setting} into the file {file} and start the server again.",
    localOwnKey: "Or {link}.",
    localOwnKeyLink: "use a key for yourself alone",
    ownKeyUsed: "Your fal key is in use",
    useOwnKey: "Use your fal key",
    links: "Links",
    toStudio: "Back to the studio",
    signOut: "Sign out",
  },
} as const;
