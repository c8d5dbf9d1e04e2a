/* Timeline: the filter's events by period and type, with what is far out of line marked. */
import type { Problem } from "../api";
import { StackedChart } from "../chart";
import { addressWith, FilterBar, filterOf } from "../filter";
import { asked, DAYS_SHOWN, isCut } from "../first";
import type { ViewProperties } from "../main";
import { ProblemNote, Title, useAnswer, useChangeCount, Waiting } from "../parts";
import { go } from "../router";
import { numberText } from "../text";
import type { PeriodCount } from "../series";

const CALM_MS = 15000;

/** Of a quarter its first or last month; days, months and years are what the filter takes. */
function monthOf(period: string, month: number): string {
  const quarter = /^(\d{4})-Q(\d)$/.exec(period);
  return quarter ? `${quarter[1]}-${String((Number(quarter[2]) - 1) * 3 + 1 + month).padStart(2, "0")}` : period;
}

export function Timeline({ place }: ViewProperties) {
  const filter = filterOf(place.search);
  const period = place.search.get("period") ?? "month", clock = place.search.get("clock") ?? "seen";
  const answer = useAnswer<{ timeline: PeriodCount[]; events: number; exact: boolean }>("timeline", asked.timeline(filter, place.search).parameters, useChangeCount(CALM_MS));
  const choose = (chosen: string) => {
    const search = new URLSearchParams(filter);
    search.set("since", monthOf(chosen, 0));
    search.set("until", monthOf(chosen, 2));
    go("/events?" + search);
  };
  return (
    <>
      <Title aside={answer.value && <span role="status">{numberText(answer.value.events)} events</span>}>Timeline</Title>
      <FilterBar place={place} problem={answer.problem as Problem} />
      <p class="toolbar">
        <label>By <select value={period} onChange={(event) => go(addressWith(place, { period: event.currentTarget.value }))}>{["day", "month", "quarter", "year"].map((one) => <option key={one} value={one}>{one}</option>)}</select></label>
        <label>of <select value={clock} onChange={(event) => go(addressWith(place, { clock: event.currentTarget.value }))}><option value="seen">the latest report</option><option value="first_seen">the first report</option><option value="date">the act</option></select></label>
        {isCut(filter, place.search) && <span class="faint">reported in the last {DAYS_SHOWN} days; Since and Until show others</span>}
      </p>
      <ProblemNote problem={answer.problem && (answer.problem as Problem).parameter !== "when" ? answer.problem : undefined} />
      <Waiting when={!answer.value && answer.isAsking} />
      {answer.value && (answer.value.timeline.length > 0 ? <StackedChart rows={answer.value.timeline} onChoose={choose} onRange={(first, last) => go(addressWith(place, { since: monthOf(first, 0), until: monthOf(last, 2) }))} /> : <p class="faint">No event fits.</p>)}
    </>
  );
}
