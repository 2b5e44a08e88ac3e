/** What the library asks of fal. The page loads it as one script. */
export { cancel } from "./cancel";
export { submit } from "./submit";
export { watch } from "./watch";
