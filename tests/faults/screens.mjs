/**
 * Screens without a browser: the page's own stream and store against a real server.
 *
 * Standard input, a line: {"url", "every" (ms), "screens": [{"cookie"}]}. Further lines:
 * "dump" prints each store whole, "again" opens every screen anew. Standard output,
 * lines: {"screen", "at" (ns of CLOCK_MONOTONIC), "kind", "shown": [[key, version]]}
 * with what is new, or gone (null), since the last one.
 */
import { createInterface } from "node:readline";
import { RowStore } from "../../static/js/lib/store.js";
import { BoardStream } from "../../static/js/lib/stream.js";

const SHELVES = { c: "conversations", a: "agents", q: "queues" };

class Screen {
  #told = new Map();

  constructor(number, url, cookie) {
    this.number = number;
    this.world = world(url, cookie);
    this.open();
  }

  open() {
    this.stream?.stop();
    this.store = new RowStore();
    this.stream = new BoardStream({ ...this.world, store: this.store });
    this.stream.start();
  }

  report() {
    const now = this.#versions();
    const shown = [...now].filter(([key, version]) => this.#told.get(key) !== version);
    const left = [...this.#told.keys()].filter((key) => !now.has(key));
    this.#told = now;
    this.#say({ shown: [...shown, ...left.map((key) => [key, null])] });
  }

  dump() {
    const rows = (name) => [...this.store[name].values()];
    const things = Object.values(SHELVES).map((name) => [name, rows(name)]);
    this.#say({ dump: Object.fromEntries(things) });
  }

  #versions() {
    const things = Object.entries(SHELVES).flatMap(([kind, name]) =>
      [...this.store[name].values()].map((thing) => [`${kind}:${thing.id}`, thing]),
    );
    return new Map(things.map(([key, thing]) => [key, thing.version]));
  }

  #say(what) {
    const { kind } = this.stream.freshness;
    const at = Number(process.hrtime.bigint());
    const line = { screen: this.number, at, kind, ...what };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

/** What a browser would add by itself: who asks, and from which page. */
function world(url, cookie) {
  const headers = { cookie, origin: url };
  class PageSocket extends WebSocket {
    constructor(address) {
      super(address, { headers });
      // Node forgets the close event of a socket that never opened; browsers do not.
      let opened = false;
      this.addEventListener("open", () => (opened = true));
      this.addEventListener("error", () => {
        if (!opened) this.onclose?.({ code: 1006, reason: "" });
      });
    }
  }
  return {
    url: `${url.replace("http", "ws")}/ws/board/`,
    snapshotUrl: `${url}/api/v1/board/?shared=1`,
    WebSocketClass: PageSocket,
    fetch: (address, options) =>
      fetch(address, { ...options, headers: { ...options.headers, ...headers } }),
  };
}

let screens = [];
createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "dump") for (const screen of screens) screen.dump();
  else if (line === "again") for (const screen of screens) screen.open();
  else begin(JSON.parse(line));
});

function begin({ url, every, screens: wanted }) {
  screens = wanted.map(({ cookie }, number) => new Screen(number, url, cookie));
  setInterval(() => screens.forEach((screen) => screen.report()), every);
}
