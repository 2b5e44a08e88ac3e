import type { ProblemCode } from "@/lib/problems";

/** The title of each problem, and what to do about it. `lib/problems.ts` has its other properties. */
export const problems = {
  picture_empty: {
    title: "This file is empty",
    message: "It holds no bytes, so there is nothing to show. Use a JPEG, PNG or WebP picture.",
  },
  picture_gone: {
    title: "This file is no longer there",
    message:
      "It was moved, renamed or deleted since you chose it. Choose it again where it is now.",
  },
  picture_changed: {
    title: "This file can no longer be read",
    message:
      "It has changed since you chose it, or another program holds it. Choose it again when it is complete.",
  },
  picture_unreadable: {
    title: "This is not a picture we can read",
    message: "The file is damaged or holds something else. Use a JPEG, PNG or WebP picture.",
  },
  picture_incomplete: {
    title: "This picture is cut off",
    message:
      "Its end is missing, as after a broken download. Copy or download it again, then drop it here.",
  },
  picture_is_drawing: {
    title: "An SVG is a drawing, not a photograph",
    message: "The model needs pixels. Export it as PNG or JPEG, then drop that.",
  },
  picture_too_heavy: {
    title: "This picture is over 20 MB",
    message:
      "The model takes files up to 20 MB. Save a smaller copy: 2,000 pixels on the long side is plenty.",
  },
  picture_too_small: {
    title: "This picture is too small",
    message:
      "Its short side must be over 300 pixels. Use a larger original rather than an enlarged copy.",
  },
  picture_too_many_pixels: {
    title: "This picture has too many pixels",
    message:
      "It would need more memory than a browser gives. Save a copy of up to 120 megapixels, then drop that.",
  },
  picture_not_ready: {
    title: "The new picture is not ready yet",
    message:
      "Wait until it is prepared, or choose the part of it to send. Then press the button again.",
  },
  picture_missing: {
    title: "There is no picture yet",
    message: "Drop one on the stage, paste it, or choose a file.",
  },
  draft_empty: {
    title: "There is nothing to begin with yet",
    message: "Add a picture, or write what should happen. Either is enough.",
  },
  picture_from_elsewhere: {
    title: "This picture is not one that was uploaded here",
    message: "Only pictures that were dropped, pasted or chosen here are sent. Drop it again.",
  },
  picture_address_refused: {
    title: "This server does not call that address",
    message:
      "It fetches pictures from the public internet alone. Save the picture, then drop the file.",
  },
  picture_not_fetched: {
    title: "The picture did not come",
    message:
      "The address gave no picture: an error, a page, over 50 MB, or nothing in time. Save the picture, then drop the file.",
  },
  picture_is_text: {
    title: "This is text, not a picture",
    message:
      "Paste or drop it in the prompt to use it there. For the first frame, use a picture or its address.",
  },
  picture_not_given: {
    title: "No picture came with that",
    message: "Copy or drag the picture itself. If that is not possible, save it and drop the file.",
  },
  folder_empty: {
    title: "This folder is empty",
    message: "There is no file in it. Drop a picture, or a folder with one.",
  },
  folder_without_picture: {
    title: "There is no picture in this folder",
    message: "Its first files were looked at, and none is a picture. Drop the picture itself.",
  },
  prompt_empty: {
    title: "The prompt is empty",
    message: "Write in a few words what should happen after the first frame.",
  },
  prompt_too_long: {
    title: "The prompt is too long",
    message: "The model reads 2,000 characters. Shorten it: nothing that you wrote is lost.",
  },
  upload_failed: {
    title: "The upload broke off",
    message: "Your picture and your words are still here. Check the connection and try again.",
  },
  offline: {
    title: "You are offline",
    message: "Your picture and your words are still here. Try again when the connection is back.",
  },
  page_incomplete: {
    title: "A part of this page did not come",
    message:
      "Its script is missing, so nothing was done. Reload the page when the connection is good again.",
  },
  bad_request: {
    title: "This server could not use the request",
    message:
      "The page may be older than its server. Reload it: your picture and your words are kept.",
  },
  not_found: {
    title: "There is nothing here",
    message: "The address is wrong, or what it named is gone.",
  },
  call_refused: {
    title: "This server does not pass that call on",
    message:
      "Only the calls that Firstframe itself makes reach fal. Reload the page if it has been open for long: what you wrote is kept.",
  },
  unknown_host: {
    title: "This server does not go by that name",
    message:
      "Open it at the address of its machine or at localhost. Whoever runs it can name others: PUBLIC_URL, or ALLOWED_HOSTS.",
  },
  foreign_origin: {
    title: "That did not come from this studio's own page",
    message:
      "Open the studio at the address that its server knows as its own (PUBLIC_URL), then try again.",
  },
  over_budget: {
    title: "Today's budget is spent",
    message: "Nothing was sent, and what you made stays here. The next day begins at 00:00 UTC.",
  },
  session_missing: {
    title: "This browser is not known here yet",
    message:
      "Nothing was sent. The page gives it a session: reload it, and allow cookies for this site. A program first opens the page and keeps its cookie.",
  },
  line_full: {
    title: "Too many of your videos are in line",
    message: "Nothing was sent. Wait until some of them are ready, or cancel one.",
  },
  too_many_uploads: {
    title: "You have uploaded as much as this server accepts in a day",
    message: "It limits the pictures of each visitor. Come back tomorrow.",
  },
  server_busy: {
    title: "This server has too much to do at the moment",
    message: "Wait a few seconds, then try again.",
  },
  too_fast: {
    title: "You started too many in one minute",
    message: "Nothing was sent. You can try again after one minute.",
  },
  body_too_large: {
    title: "That request is too large",
    message: "Nothing was sent. Shorten the prompt, then press the button again.",
  },
  signed_out: {
    title: "You are signed out",
    message:
      "Nothing was sent, and what you wrote stays here. Sign in in another tab, then come back and try again.",
  },
  share_gone: {
    title: "This link was taken back",
    message: "Whoever shared it has revoked it, or its time is over.",
  },
  share_locked: {
    title: "This link asks for a password",
    message: "Ask whoever sent it to you.",
  },
  not_shareable: {
    title: "There is no video to share yet",
    message: "Wait until it is kept on this server.",
  },
  too_many_attempts: {
    title: "Too many wrong passwords",
    message: "Wait a few minutes, then try again.",
  },
  still_working: {
    title: "This one is still being made",
    message: "Cancel it first, or wait until it is ready: then it can be deleted.",
  },
  click_reused: {
    title: "This click was for something else",
    message: "Its key has been used for another prompt or picture. Trying again makes a new one.",
  },
  payer_changed: {
    title: "This click was to be paid with another key",
    message:
      "Who pays for a click never changes, so nothing was sent. Trying again makes a new click: the price on the button says what it costs now.",
  },
  not_sent: {
    title: "Something broke on this server before anything was sent",
    message: "Its log has the details. Your picture and your words are still here: try again.",
  },
  outcome_awaited: {
    title: "The outcome of this click is not known yet",
    message: "The server has recorded the click, and this page asks again by itself.",
  },
  storage_unavailable: {
    title: "This server can't reach its own records",
    message: "Nothing was sent. Wait a moment, then try again.",
  },
  upstream_unavailable: {
    title: "fal can't be reached right now",
    message: "Nothing was sent. Wait a moment, then try again.",
  },
  upstream_answer_broken: {
    title: "fal's answer did not arrive",
    message: "The connection broke off. Wait a moment, then try again.",
  },
  unconfirmed: {
    title: "It is not known whether fal took this one",
    message:
      "It was sent, but the answer was lost. If fal reports it, the video appears here by itself. It is never sent again without you: that could pay for it twice.",
  },
  internal: {
    title: "Something broke on this server",
    message: "Its log has the details. Your picture and your words are still here.",
  },
  server_unreachable: {
    title: "This server can't be reached",
    message: "Check that it is running and that you are online.",
  },
  gateway_answered: {
    title: "Something between this browser and the server answers in its place",
    message:
      "It may be a gateway whose server is being restarted, or a page of the network that wants you to sign in.",
  },
  gateway_refused: {
    title: "A gateway or firewall in front of this server turned the call away",
    message:
      "Neither this server nor fal did. Sign in there if it asks you to, or have whoever runs it let calls under /api/ and /local-fal/ pass.",
  },
  gateway_limit: {
    title: "A gateway in front of this server takes nothing of this size",
    message:
      "Whoever runs it should let 20 MB or more pass: client_max_body_size in nginx, the limit of a request body elsewhere.",
  },
  key_refused: {
    title: "fal refused this server's key",
    message:
      "Whoever runs this server should check FAL_KEY. Your picture and your words are still here.",
  },
  own_key_refused: {
    title: "fal refused your key",
    message: "It may have been deleted, or lack permission. Enter another, then try again.",
  },
  account_locked: {
    title: "The fal account is locked",
    message:
      "Its balance may be used up, or the key may lack permission. See fal.ai/dashboard/billing, then try again.",
  },
  model_unavailable: {
    title: "fal does not know this model",
    message: "It may have been renamed or withdrawn. Choose another model, then press Generate.",
  },
  rate_limited: {
    title: "fal takes no more requests at the moment",
    message: "This account has sent too many. You can try again after one minute.",
  },
  prompt_declined: {
    title: "The model declined this one",
    message:
      "Its content check flagged the prompt or the picture. Change one of them, then press Generate.",
  },
  input_refused: {
    title: "The model could not use this input",
    message: "Change what it names, then press Generate.",
  },
  generation_failed: {
    title: "The model failed while it worked",
    message: "It is not about your picture or your words. Try again: nothing has to be changed.",
  },
  result_gone: {
    title: "The result is no longer kept",
    message:
      "fal stores a result for about an hour, and this one was not collected in time. Trying again is a new run.",
  },
  result_delayed: {
    title: "fal does not say how the run goes",
    message:
      "It goes on there. This server keeps asking and fetches the video as soon as fal answers.",
  },
  result_key_refused: {
    title: "fal no longer takes the key that this run was started with",
    message:
      "The run is at fal, but nobody can read its result without that key. Make it valid again at fal, or have whoever runs this server check FAL_KEY: it keeps asking.",
  },
  result_key_lost: {
    title: "This server can’t read the key that this run was started with",
    message:
      "Its SESSION_SECRET has changed. The run is at fal: look for it there, or have whoever runs this server bring the earlier secret back.",
  },
  video_gone: {
    title: "fal no longer has the video's file",
    message: "It was removed there before this server had its own copy. Trying again is a new run.",
  },
  video_from_elsewhere: {
    title: "The answer named a file that is not fal's",
    message:
      "This server fetches videos from fal's own hosts alone, so this one was left where it is. Trying again is a new run.",
  },
  video_unusable: {
    title: "What came is not a video",
    message:
      "The file that fal named is empty, damaged, or something else. Look at it there, or try again: that is a new run.",
  },
  video_too_large: {
    title: "The video is too large to be kept here",
    message: "It stays at fal for some days: save it from there.",
  },
  video_unplayable: {
    title: "The video can't be played right now",
    message:
      "Its file did not come, or this browser can't read it. Reload the page, or download it.",
  },
  disk_full: {
    title: "This server's disk is full",
    message: "The video plays from fal until there is room. This server keeps trying by itself.",
  },
  archive_waiting: {
    title: "The video is not kept here yet",
    message: "It plays from fal meanwhile. This server keeps trying by itself.",
  },
} as const satisfies Record<ProblemCode, { title: string; message: string }>;
