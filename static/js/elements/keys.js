/** Single-key commands of the page; silent while somebody types or a dialog is open. */

/**
 * @param {Record<string, (event: KeyboardEvent) => void>} actions key -> what to do
 * @param {AbortSignal} [signal]
 */
export function listenForKeys(actions, signal) {
  document.addEventListener("keydown", (event) => press(event, actions), { signal });
}

/**
 * Keys that lead out of a field, as from the search to what it found.
 * @param {HTMLElement} field
 * @param {string[]} keys
 * @param {() => void} act
 */
export function leaveBy(field, keys, act) {
  field.addEventListener("keydown", (event) => {
    if (!keys.includes(event.key)) return;
    event.preventDefault();
    act();
  });
}

/**
 * @param {KeyboardEvent} event
 * @param {Record<string, (event: KeyboardEvent) => void>} actions
 */
function press(event, actions) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  const leaving = event.key === "Escape";
  if (isTyping(event.target) && !leaving) return;
  const act = actions[event.key];
  if (!act) return;
  if (!leaving) event.preventDefault();
  act(event);
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  const typing = "input:not([type=checkbox], [type=radio]), textarea, select";
  return target instanceof HTMLElement && target.matches(typing);
}
