/** Opens a menu right below its button, inside the window. */

/**
 * @param {HTMLElement} menu a popover
 * @param {HTMLElement} anchor
 */
export function openBelow(menu, anchor) {
  menu.showPopover();
  const spot = anchor.getBoundingClientRect();
  const room = document.documentElement.clientWidth - menu.offsetWidth - 8;
  menu.style.setProperty("left", `${Math.max(8, Math.min(spot.left, room))}px`);
  menu.style.setProperty("top", `${spot.bottom + 4}px`);
}
