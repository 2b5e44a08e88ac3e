/**
 * Says in `--keyboard` how much of the page's lower edge a keyboard on the screen covers, for as long as the page lives.
 * Browsers that shrink the page instead cover nothing of it.
 */
export function followKeyboard(): void {
  const viewport = visualViewport;
  if (!viewport) return;
  const follow = () => {
    const { scale, height, offsetTop } = viewport;
    // A page that is zoomed in is larger than what shows of it, whatever covers it.
    const covered = scale > 1.01 ? 0 : Math.max(0, Math.round(innerHeight - height - offsetTop));
    document.documentElement.style.setProperty("--keyboard", `${covered}px`);
  };
  viewport.addEventListener("resize", follow);
  viewport.addEventListener("scroll", follow);
  follow();
}
