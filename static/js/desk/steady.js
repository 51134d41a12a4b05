/** Painting that waits while somebody presses: a button replaced under the pointer is lost. */

/**
 * @param {HTMLElement} node
 * @param {() => void} paint
 * @returns {() => void} paints now, or once the pointer is up again
 */
export function steadily(node, paint) {
  let pressed = false;
  let wanted = false;
  const release = () => {
    pressed = false;
    if (!wanted) return;
    wanted = false;
    paint();
  };
  node.addEventListener("pointerdown", () => {
    pressed = true;
    const after = () => setTimeout(release);
    for (const end of ["pointerup", "pointercancel"]) {
      document.addEventListener(end, after, { once: true });
    }
  });
  return () => {
    if (pressed) wanted = true;
    else paint();
  };
}
