// The browser's side of bench/web/views.
import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../../web/package.json", import.meta.url))("playwright-core");
const { BASE, AUTHORIZATION, ROUNDS, CHROMIUM } = process.env;
const VIEWS = [["/now", ".event-line"], ["/events", ".virtual .event-line"], ["/map", ".land.shade-1, .land.shade-5"], ["/timeline", ".chart canvas"],
  ["/dyads", "table.matrix td a"], ["/country/USA", ".chart canvas"], ["/alerts", "main h1"], ["/review", ".is-chosen"], ["/items", "main h1"]];

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
const middle = (values) => values.slice().sort((a, b) => a - b)[values.length >> 1];
console.log(`milliseconds until it is shown, ${ROUNDS} rounds each in a browser that has nothing cached\n  ${"view".padEnd(16)} ${"median".padStart(8)} ${"worst".padStart(8)} ${"kB".padStart(8)}`);
for (const [path, selector] of VIEWS) {
  const times = [], sizes = [];
  for (let round = 0; round < Number(ROUNDS); round++) {
    const context = await browser.newContext({ extraHTTPHeaders: { Authorization: AUTHORIZATION } });
    const page = await context.newPage(), line = await context.newCDPSession(page);
    let bytes = 0;
    await line.send("Network.enable");
    line.on("Network.dataReceived", (part) => (bytes += part.encodedDataLength));
    line.on("Network.responseReceived", (part) => (bytes += part.response.encodedDataLength));
    const begun = performance.now();
    await page.goto(BASE + path, { waitUntil: "commit" });
    await page.waitForSelector(selector, { state: "attached" });
    times.push(performance.now() - begun);
    sizes.push(bytes / 1000);
    await context.close();
  }
  console.log(`  ${path.padEnd(16)} ${middle(times).toFixed(0).padStart(8)} ${Math.max(...times).toFixed(0).padStart(8)} ${middle(sizes).toFixed(0).padStart(8)}`);
}
await browser.close();
