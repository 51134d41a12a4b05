/** Light, dark or the system's; kept in a cookie, so that the server paints it right. */

const YEAR = 365 * 24 * 3600;

/** @param {HTMLElement} group its buttons have data-choice */
export function startThemeSwitch(group) {
  group.addEventListener("click", (event) => {
    const press = /** @type {Element} */ (event.target).closest("button");
    if (press instanceof HTMLElement) choose(group, press.dataset.choice ?? "");
  });
  mark(group, document.documentElement.dataset.theme ?? "");
}

/**
 * @param {HTMLElement} group
 * @param {string} theme
 */
function choose(group, theme) {
  const root = document.documentElement;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere
  document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax`;
  mark(group, theme);
}

/**
 * @param {HTMLElement} group
 * @param {string} theme
 */
function mark(group, theme) {
  for (const press of group.querySelectorAll("button")) {
    press.setAttribute("aria-pressed", String(press.dataset.choice === theme));
  }
}
