// The browser's side of bench/web/views.
import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../../web/package.json", import.meta.url))("playwright-core");
const { BASE, AUTHORIZATION, ROUNDS, CHROMIUM, WINDOW } = process.env;
/* The first is no view but a text, which takes no script: what the browser itself needs to show anything. */
const VIEWS = [["/licences.txt", "pre"],
  ["/now", ".event-line"], ["/events", ".virtual .event-line"], ["/map", ".land.shade-1, .land.shade-5"], ["/timeline", ".chart canvas"],
  ["/dyads", "table.matrix td a"], ["/country/USA", ".chart canvas"], ["/alerts", "main h1"], ["/review", ".is-chosen"], ["/items", "main h1"]];
const LOOK_MS = 200, REST_MS = 15, REST_LOOKS = 50; /* at rest is what takes less than that of the processors between two looks */

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
const whole = await browser.newBrowserCDPSession();

/** Milliseconds of the processors' time that the browser's processes have had. */
async function processor() {
  const { processInfo } = await whole.send("SystemInfo.getProcessInfo");
  return processInfo.reduce((sum, one) => sum + one.cpuTime * 1000, 0);
}

/* A window that was just opened loads what belongs to the window: what its address bar unfolds is a page itself, and a larger one. */
async function rest() {
  let last = await processor();
  for (let look = 0; look < REST_LOOKS; look++) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
    const now = await processor();
    if (now - last < REST_MS) return;
    last = now;
  }
}

async function show([path, selector]) {
  const context = await browser.newContext({ extraHTTPHeaders: { Authorization: AUTHORIZATION } });
  const page = await context.newPage(), line = await context.newCDPSession(page);
  let bytes = 0;
  await line.send("Network.enable");
  line.on("Network.dataReceived", (part) => (bytes += part.encodedDataLength));
  line.on("Network.responseReceived", (part) => (bytes += part.response.encodedDataLength));
  if (WINDOW === "open") await rest();
  const used = await processor(), begun = performance.now();
  await page.goto(BASE + path, { waitUntil: "commit" });
  await page.waitForSelector(selector, { state: "attached" });
  const took = performance.now() - begun, size = bytes / 1000;
  const processed = (await processor()) - used;
  await context.close();
  return { took, processed, size };
}

const middle = (values) => values.slice().sort((a, b) => a - b)[values.length >> 1];
const cell = (value) => value.toFixed(0).padStart(9);
const shown = new Map(VIEWS.map((view) => [view, []]));
for (let round = 0; round < Number(ROUNDS); round++) for (const view of VIEWS) shown.get(view).push(await show(view));
console.log(`milliseconds until it is shown, ${ROUNDS} rounds each in a browser that has nothing cached\n  ${"view".padEnd(16)} ${"median".padStart(9)} ${"worst".padStart(9)} ${"of proc.".padStart(9)} ${"kB".padStart(9)}`);
for (const [[path], rounds] of shown) {
  const took = rounds.map((one) => one.took);
  console.log(`  ${path.padEnd(16)} ${cell(middle(took))} ${cell(Math.max(...took))} ${cell(middle(rounds.map((one) => one.processed)))} ${cell(middle(rounds.map((one) => one.size)))}`);
}
await browser.close();
