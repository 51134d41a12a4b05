/** The button that holds the list still, and lets it go on. */

/**
 * @param {Element} press
 * @param {boolean} paused
 */
export function showPaused(press, paused) {
  press.setAttribute("aria-pressed", String(paused));
  const label = paused ? gettext("Resume updates") : gettext("Pause updates");
  press.setAttribute("aria-label", label);
  press.setAttribute("title", `${label} (p)`);
  press.querySelector("use")?.setAttribute("href", paused ? "#i-play" : "#i-pause");
}
