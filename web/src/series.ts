/* Series: counts by period, as charts and tables take them. */

export interface PeriodCount { period?: string; type?: string; count: number }

const PERIODS_MAX = 20000; /* filled up no further: dates of acts may be centuries apart */

/** "2024-Q2", "2024-05", "2024-05-31" or "2024": what it is followed by; null for what is none. */
function following(period: string): string | null {
  const found = /^(\d{4})(?:-Q([1-4])|-(\d{2})(?:-(\d{2}))?)?$/.exec(period);
  if (!found) return null;
  const [year, quarter, month, day] = found.slice(1).map(Number), two = (number: number) => String(number).padStart(2, "0"), four = (number: number) => String(number).padStart(4, "0");
  if (quarter) return quarter === 4 ? `${four(year + 1)}-Q1` : `${four(year)}-Q${quarter + 1}`;
  if (day) return new Date(Date.UTC(year, month - 1, day + 1)).toISOString().slice(0, 10);
  if (month) return month === 12 ? `${four(year + 1)}-01` : `${four(year)}-${two(month + 1)}`;
  return four(year + 1);
}

/** From the first period to the last, those without an event as well, which the daemon leaves out. */
function filled(periods: string[]): string[] {
  const all: string[] = [], last = periods[periods.length - 1];
  for (let at: string | null = periods[0] ?? null; at !== null && at <= last; at = following(at)) {
    if (all.length === PERIODS_MAX) return periods;
    all.push(at);
  }
  return all[all.length - 1] === last ? all : periods;
}

export function stacked(rows: PeriodCount[]) {
  const periods = filled([...new Set(rows.map((row) => row.period).filter((period): period is string => !!period))].sort());
  const totals = new Map<string, number>();
  for (const row of rows) totals.set(row.type ?? "events", (totals.get(row.type ?? "events") ?? 0) + row.count);
  const types = [...totals].sort((a, b) => b[1] - a[1]).map(([type]) => type);
  const at = new Map(rows.map((row) => [`${row.period} ${row.type ?? "events"}`, row.count]));
  const counts = types.map((type) => periods.map((period) => at.get(`${period} ${type}`) ?? 0));
  const all = periods.map((_, index) => counts.reduce((sum, one) => sum + one[index], 0));
  return { periods, types, counts, all };
}

const SPIKE_MIN = 6, BEFORE = 12, BEFORE_MIN = 4;

/** Periods with far more events than those before them: three deviations above the mean of the twelve before, where chance alone
 * (a Poisson count) deviates by the root of the mean. */
export function spikesOf(all: number[]): number[] {
  const spikes: number[] = [];
  all.forEach((count, index) => {
    const before = all.slice(Math.max(0, index - BEFORE), index);
    if (before.length < BEFORE_MIN) return;
    const mean = before.reduce((sum, one) => sum + one, 0) / before.length;
    const deviation = Math.sqrt(before.reduce((sum, one) => sum + (one - mean) ** 2, 0) / before.length);
    if (count >= SPIKE_MIN && count > mean + 3 * Math.max(1, Math.sqrt(mean), deviation)) spikes.push(index);
  });
  return spikes;
}
