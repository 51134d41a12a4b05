// Runs in the measured page: what was painted when, which frames and long tasks there were.
(() => {
  const probe = { painted: [], frames: [], tasks: [], first: null, snapshot: null };
  globalThis.paintProbe = probe;
  const committed = /committed (\d+)/;
  const times = new Map();

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      probe.tasks.push([startTime, duration]);
  }).observe({ type: "longtask", buffered: true });

  const Socket = globalThis.WebSocket;
  globalThis.WebSocket = class extends Socket {
    constructor(...all) {
      super(...all);
      this.addEventListener("message", ({ data }) => {
        if (typeof data !== "string") probe.snapshot ??= performance.now();
      });
    }
  };

  // After the frame that shows them: a task of its own behind requestAnimationFrame.
  const afterPaint = (run) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = run;
      port2.postMessage(0);
    });

  const look = () => {
    const now = Date.now();
    const cells = document.querySelectorAll('.ag-row [col-id="subject"]');
    if (cells.length > 0) probe.first ??= performance.now();
    const here = new Set();
    for (const cell of cells) {
      const row = cell.closest(".ag-row")?.getAttribute("row-id");
      here.add(row);
      const at = Number(committed.exec(cell.textContent)?.[1] ?? 0);
      if (!at || times.get(row) === at) continue;
      if (times.has(row) && probe.since) probe.painted.push(now - at);
      times.set(row, at);
    }
    // What comes back from below was painted late because it was not looked at.
    for (const row of times.keys()) if (!here.has(row)) times.delete(row);
  };

  let planned = false;
  new MutationObserver(() => {
    if (planned) return;
    planned = true;
    afterPaint(() => {
      planned = false;
      look();
    });
  }).observe(document, { subtree: true, childList: true, characterData: true });

  const frame = (now) => {
    if (probe.since) probe.frames.push(now);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  probe.begin = () => {
    probe.painted.length = probe.frames.length = probe.tasks.length = 0;
    probe.since = performance.now();
  };
  probe.shown = () =>
    [...document.querySelectorAll(".ag-row")].map((row) =>
      Number(row.getAttribute("row-id")),
    );
})();
