/** The name of the key that is held for a shortcut of the system. */
export function nameModifierKey(): string {
  return /^(Mac|iP)/.test(navigator.platform) ? "⌘" : "Ctrl";
}
