/**
 * The chat on other people's pages, by one line:
 *
 *   <script src="https://HOST/chat/widget.js" data-site="KEY" async></script>
 *
 * `data-lang` (en, da) and `data-label` (the button's words) may be added. A page with a
 * content security policy allows HOST as `script-src` and `frame-src`, and nothing else.
 */
(() => {
  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  const MARK = "data-floorwalker-chat";
  if (!script || document.querySelector(`[${MARK}]`)) return;
  const { site = "", lang = "", label = "" } = script.dataset;
  const home = new URL(script.src).origin;

  /** @type {Record<string, Record<string, string>>} */
  const LANGUAGES = {
    en: { open: "Chat with us", frame: "Chat", unread: "unread" },
    da: { open: "Chat med os", frame: "Chat", unread: "ulæste" },
  };
  const wanted = (lang || navigator.language).slice(0, 2).toLowerCase();
  const words = LANGUAGES[wanted] ?? LANGUAGES.en;

  const STYLE = `
    :host { all: initial !important; position: fixed !important;
      z-index: 2147483647 !important; inset: auto 0 0 auto !important;
      display: block !important; color-scheme: light dark !important; }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    button { position: fixed; right: max(16px, env(safe-area-inset-right));
      bottom: max(16px, env(safe-area-inset-bottom)); display: flex; gap: 8px;
      align-items: center; min-height: 48px; padding: 0 20px; border: 0;
      border-radius: 24px; cursor: pointer; color: oklch(1 0 0);
      background: oklch(0.51 0.175 262); font: 500 16px/1.2 system-ui, sans-serif;
      box-shadow: 0 8px 24px oklch(0.25 0.03 262 / 0.3); }
    button:hover { background: oklch(0.46 0.175 262); }
    button:focus-visible { outline: 3px solid oklch(0.56 0.17 262);
      outline-offset: 3px; }
    svg { width: 20px; height: 20px; fill: none; stroke: currentColor;
      stroke-width: 2; stroke-linejoin: round; }
    b { min-width: 22px; padding: 3px 6px; border-radius: 11px; text-align: center;
      font: 600 13px/16px system-ui, sans-serif; color: oklch(0.3 0.1 262);
      background: oklch(1 0 0); }
    iframe { position: fixed; right: 16px; bottom: 16px; border: 0;
      width: 384px; height: min(680px, 100vh - 32px); border-radius: 12px;
      background: light-dark(oklch(0.995 0.001 260), oklch(0.178 0.008 262));
      box-shadow: 0 8px 24px oklch(0.25 0.03 262 / 0.3); }
    @media (max-width: 520px), (max-height: 420px) {
      iframe { inset: 0; width: 100%; height: 100%; height: 100dvh;
        border-radius: 0; } }
    @media print { :host { display: none !important; } }`;

  /** From page to page; where that is not allowed, each begins closed. */
  const memory = {
    /** @param {string} name */
    get: (name) => {
      try {
        return sessionStorage.getItem(`floorwalker:${site}:${name}`) === "1";
      } catch {
        return false;
      }
    },
    /** @param {string} name @param {boolean} value */
    set: (name, value) => {
      try {
        sessionStorage.setItem(`floorwalker:${site}:${name}`, value ? "1" : "0");
      } catch {
        // See above.
      }
    },
  };

  const host = document.createElement("div");
  host.setAttribute(MARK, "");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];

  const launcher = document.createElement("button");
  const name = document.createElement("span");
  const badge = document.createElement("b");
  launcher.type = "button";
  launcher.setAttribute("aria-expanded", "false");
  name.textContent = label || words.open;
  badge.hidden = true;
  launcher.append(bubble(), name, badge);
  root.append(launcher);

  /** @type {HTMLIFrameElement | null} */
  let frame = null;
  let isOpen = false;
  let isLoaded = false;

  launcher.addEventListener("click", () => open(true));
  host.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen) close();
  });
  addEventListener("message", ({ origin, source, data }) => {
    if (!frame || origin !== home || source !== frame.contentWindow) return;
    if (data?.floorwalker === "close") close();
    if (data?.floorwalker === "unread") showUnread(Number(data.value) || 0);
    if (data?.floorwalker === "ongoing") memory.set("ongoing", data.value === true);
  });
  visualViewport?.addEventListener("resize", fit);
  visualViewport?.addEventListener("scroll", fit);

  if (document.body) appear();
  else addEventListener("DOMContentLoaded", appear, { once: true });

  function appear() {
    document.body.append(host);
    if (memory.get("open")) open(false);
    // A conversation goes on while its customer walks through the site.
    else if (memory.get("ongoing")) load();
  }

  /** @param {boolean} byHand only then the focus moves in */
  function open(byHand) {
    isOpen = true;
    memory.set("open", true);
    const window = load();
    window.hidden = false;
    launcher.hidden = true;
    launcher.setAttribute("aria-expanded", "true");
    fit();
    if (byHand) window.focus();
    if (isLoaded) tell();
  }

  function close() {
    isOpen = false;
    memory.set("open", false);
    if (frame) frame.hidden = true;
    launcher.hidden = false;
    launcher.setAttribute("aria-expanded", "false");
    launcher.focus();
    tell();
  }

  function load() {
    if (frame) return frame;
    const address = new URL("/chat/", home);
    const query = { site, embedded: "1", ...(lang && { lang }) };
    address.search = new URLSearchParams(query).toString();
    frame = document.createElement("iframe");
    frame.src = address.href;
    frame.title = label || words.frame;
    frame.hidden = true;
    frame.addEventListener("load", () => {
      isLoaded = true;
      tell();
    });
    root.append(frame);
    return frame;
  }

  /** The chat answers only whoever it may. */
  function tell() {
    const message = { floorwalker: isOpen ? "shown" : "hidden" };
    frame?.contentWindow?.postMessage(message, home);
  }

  /** @param {number} count */
  function showUnread(count) {
    badge.hidden = count === 0;
    badge.textContent = count > 99 ? "99+" : String(count);
    const spoken = `${name.textContent}, ${count} ${words.unread}`;
    if (count > 0) launcher.setAttribute("aria-label", spoken);
    else launcher.removeAttribute("aria-label");
  }

  /** A phone's keyboard lies over the page: the chat ends above it. */
  function fit() {
    if (!frame || !visualViewport) return;
    const { height, offsetTop } = visualViewport;
    const covered =
      matchMedia("(max-width: 520px)").matches && innerHeight - height > 1;
    frame.style.height = covered ? `${height}px` : "";
    frame.style.top = covered ? `${offsetTop}px` : "";
  }

  function bubble() {
    const SVG = "http://www.w3.org/2000/svg";
    const image = document.createElementNS(SVG, "svg");
    const path = document.createElementNS(SVG, "path");
    image.setAttribute("viewBox", "0 0 24 24");
    image.setAttribute("aria-hidden", "true");
    path.setAttribute(
      "d",
      "M21 15a2 2 0 0 1-2 2H8l-5 4V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2z",
    );
    image.append(path);
    return image;
  }
})();
