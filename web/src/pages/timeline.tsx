/* Timeline: the filter's events by period and type, with what is far out of line marked. */
import type { Problem } from "../api";
import { StackedChart, type PeriodCount } from "../chart";
import { addressWith, FilterBar, filterOf } from "../filter";
import type { ViewProperties } from "../main";
import { ProblemNote, Title, useAnswer, Waiting } from "../parts";
import { go } from "../router";

export function Timeline({ place }: ViewProperties) {
  const filter = filterOf(place.search);
  const period = place.search.get("period") ?? "month", clock = place.search.get("clock") ?? "seen";
  const answer = useAnswer<{ timeline: PeriodCount[]; events: number; exact: boolean }>("timeline", { ...filter, period, clock, by_type: "yes" });
  const choose = (chosen: string) => {
    if (chosen.includes("Q")) return;
    const search = new URLSearchParams(filter);
    search.set("since", chosen);
    search.set("until", chosen);
    go("/events?" + search);
  };
  return (
    <>
      <Title aside={answer.value && <span role="status">{answer.value.events.toLocaleString()} events</span>}>Timeline</Title>
      <FilterBar place={place} problem={answer.problem as Problem} />
      <p class="toolbar">
        <label>By <select value={period} onChange={(event) => go(addressWith(place, { period: event.currentTarget.value }))}>{["day", "month", "quarter", "year"].map((one) => <option key={one} value={one}>{one}</option>)}</select></label>
        <label>of <select value={clock} onChange={(event) => go(addressWith(place, { clock: event.currentTarget.value }))}><option value="seen">the latest report</option><option value="first_seen">the first report</option><option value="date">the act</option></select></label>
      </p>
      <ProblemNote problem={answer.problem} />
      <Waiting when={!answer.value && answer.isAsking} />
      {answer.value && (answer.value.timeline.length > 0 ? <StackedChart rows={answer.value.timeline} onChoose={choose} /> : <p class="faint">No event fits.</p>)}
    </>
  );
}
