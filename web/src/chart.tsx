/* Chart: events by period, stacked by type. Drawn by uPlot; the numbers stand in a table as well, for those who do not see. */
import { useLayoutEffect, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { Lost, useGrowing, useLoaded } from "./parts";
import { spikesOf, stacked, type PeriodCount } from "./series";
import { numberText, words } from "./text";

export const loadPlot = () => import("uplot").then((module) => module.default);

/** Where a period begins, in seconds. */
function startOf(period: string): number {
  const quarter = /^(\d{4})-Q(\d)$/.exec(period);
  const text = quarter ? `${quarter[1]}-${String((Number(quarter[2]) - 1) * 3 + 1).padStart(2, "0")}-01` : period.length === 4 ? `${period}-01-01` : period.length === 7 ? `${period}-01` : period;
  return Date.parse(text + "T00:00:00Z") / 1000;
}
/** A number that grows when the theme changes: what is drawn on a canvas does not change by itself. */
function useTheme(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)"), change = () => setCount((was) => was + 1);
    const chosen = new MutationObserver(change);
    dark.addEventListener("change", change);
    chosen.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      dark.removeEventListener("change", change);
      chosen.disconnect();
    };
  }, []);
  return count;
}
const WHOLE_STEPS = [1, 2, 5].flatMap((step) => Array.from({ length: 8 }, (_, power) => step * 10 ** power)).sort((a, b) => a - b); /* events are counted whole */
/* Seconds between two marks of the axis of time, as uPlot counts months and years; none finer than what a period is. */
const DAY_S = 86400, MONTH_S = 30 * DAY_S, YEAR_S = 365 * DAY_S;
const DAYS = [1, 2, 3, 5, 10, 15].map((days) => days * DAY_S), MONTHS = [1, 2, 3, 4, 6].map((months) => months * MONTH_S), YEARS = [1, 2, 5, 10, 25, 50, 100].map((years) => years * YEAR_S);
const stepsOf = (period: string) => (period.length === 4 ? YEARS : period.length < 10 ? [...MONTHS, ...YEARS] : [...DAYS, ...MONTHS, ...YEARS]);
const MARGIN_S = 46 * 86400, DRAG_MIN = 8, HEIGHT = 320;
const BAR_PART = 0.8, BAR_MOST = 60; /* of the room that a period has, and in pixels */

/** The chart as a table, the latest periods first. */
function Numbers({ periods, types, counts, all }: Pick<ReturnType<typeof stacked>, "periods" | "types" | "counts" | "all">) {
  const { shown, rest } = useGrowing(periods.length);
  const order = periods.map((_, index) => periods.length - 1 - index).slice(0, shown);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="The numbers">
      <table class="rows">
        <thead><tr><th scope="col">Period</th>{types.map((type) => <th scope="col" key={type}>{words(type)}</th>)}<th scope="col">All</th></tr></thead>
        <tbody>{order.map((index) => <tr key={periods[index]}><th scope="row">{periods[index]}</th>{counts.map((one, layer) => <td key={layer} class="number">{one[index] || ""}</td>)}<td class="number">{all[index]}</td></tr>)}</tbody>
      </table>
      {rest}
    </div>
  );
}

export function StackedChart({ rows, onChoose, onRange }: { rows: PeriodCount[]; onChoose?: (period: string) => void; onRange?: (first: string, last: string) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number | null>(null); // the period under the pointer
  const [isOpen, setOpen] = useState(false);
  const { periods, types, counts, all } = useMemo(() => stacked(rows), [rows]);
  const spikes = useMemo(() => spikesOf(all), [all]), theme = useTheme();
  const { value: Plot, isLost } = useLoaded(loadPlot);
  const content = useMemo(() => [periods, types, counts].join(";"), [rows]); // asked again, it is mostly the same
  useLayoutEffect(() => {
    if (!box.current || !Plot || periods.length === 0) return;
    const layers: number[][] = [];
    counts.forEach((one, layer) => layers.push(one.map((count, index) => count + (layer > 0 ? layers[layer - 1][index] : 0))));
    const first = startOf(periods[0]), last = startOf(periods[periods.length - 1]);
    const margin = periods.length > 1 ? (last - first) / (periods.length - 1) / 2 : MARGIN_S;
    const style = getComputedStyle(document.documentElement), colour = (name: string) => style.getPropertyValue(name).trim();
    const ink = colour("--ink"), line = colour("--line"), bad = colour("--bad"), starts = periods.map(startOf);
    const colours = types.map((type) => colour(`--type-${type}`) || colour("--accent"));
    /* A rectangle each: as one path of hundreds of bars a layer, a browser without a graphics card takes most of a second for it. */
    const drawBars = (drawn: uPlot) => {
      const width = Math.max(1, Math.round(Math.min((drawn.bbox.width / periods.length) * BAR_PART, BAR_MOST * devicePixelRatio)));
      const left = starts.map((start) => Math.round(drawn.valToPos(start, "x", true) - width / 2)), base = Math.round(drawn.valToPos(0, "y", true));
      let below = starts.map(() => base);
      layers.forEach((tops, layer) => {
        const edge = tops.map((top) => Math.round(drawn.valToPos(top, "y", true)));
        drawn.ctx.fillStyle = colours[layer];
        edge.forEach((y, index) => y < below[index] && drawn.ctx.fillRect(left[index], y, width, below[index] - y));
        below = edge;
      });
    };
    const plot = new Plot({
      width: box.current.clientWidth,
      height: HEIGHT,
      padding: [18, 20, 0, 0],
      legend: { show: false },
      tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), "UTC"), // periods are of UTC, whatever the reader's zone
      cursor: { drag: { x: !!onRange, y: false, setScale: false }, y: false, points: { show: false } },
      // Half a period at each end, for the bars to be whole.
      scales: { x: { range: () => [first - margin, last + margin] }, y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] } },
      axes: [{ stroke: ink, grid: { show: false }, ticks: { stroke: line, width: 1 }, incrs: stepsOf(periods[0]) }, { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { show: false }, incrs: WHOLE_STEPS, values: (_plot, splits) => splits.map(numberText) }],
      series: [{}, ...types.map((type) => ({ label: words(type), paths: () => null, points: { show: false } }))],
      hooks: {
        setCursor: [(drawn) => setAt(drawn.cursor.idx ?? null)],
        setSelect: [(drawn) => {
          const from = drawn.posToIdx(drawn.select.left), to = drawn.posToIdx(drawn.select.left + drawn.select.width);
          if (drawn.select.width > DRAG_MIN) onRange?.(periods[from], periods[to]);
        }],
        draw: [(drawn) => {
          drawBars(drawn);
          drawn.ctx.fillStyle = bad;
          drawn.ctx.textAlign = "center";
          for (const index of spikes) drawn.ctx.fillText("▲", drawn.valToPos(startOf(periods[index]), "x", true), drawn.valToPos(all[index], "y", true) - 6);
        }],
      },
    }, [starts, ...layers] as uPlot.AlignedData, box.current);
    plot.over.addEventListener("click", () => plot.cursor.idx != null && plot.select.width <= DRAG_MIN && onChoose?.(periods[plot.cursor.idx]));
    const resize = new ResizeObserver(() => box.current && plot.setSize({ width: box.current.clientWidth, height: HEIGHT }));
    resize.observe(box.current);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [content, theme, Plot]);
  return (
    <figure class="chart">
      <Lost when={isLost} />
      <div ref={box} class="plot" style={{ minHeight: `${HEIGHT}px` }} aria-hidden="true" />
      <figcaption>
        {/* The numbers of the period under the pointer, or of all. */}
        <p class="readout" aria-hidden="true"><b>{at === null ? "all" : periods[at]}</b> {numberText(at === null ? all.reduce((sum, one) => sum + one, 0) : all[at])} event{(at === null ? all.reduce((sum, one) => sum + one, 0) : all[at]) === 1 ? "" : "s"}{onChoose && at !== null && " · click to see them, drag to look closer"}</p>
        <ul class="legend">{types.map((type, layer) => <li key={type}><span class={`type type-${type}`} aria-hidden="true" /> {words(type)} <span class="count">{numberText(at === null ? counts[layer].reduce((sum, one) => sum + one, 0) : counts[layer][at])}</span></li>)}</ul>
        {spikes.length > 0 && <p><span class="spike" aria-hidden="true">▲</span> far more than in the periods before: {spikes.map((index) => `${periods[index]} (${all[index]})`).join(", ")}</p>}
      </figcaption>
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>The numbers</summary>
        {isOpen && <Numbers periods={periods} types={types} counts={counts} all={all} />}
      </details>
    </figure>
  );
}
