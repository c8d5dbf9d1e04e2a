/* Country: one party's partners, what it does over time, what it does for the first time, its latest events. */
import type { EventRow, Problem } from "../api";
import { StackedChart } from "../chart";
import { FilterBar, filterOf } from "../filter";
import { asked } from "../first";
import type { ViewProperties } from "../main";
import { ActorLink, EventLine, Firsts, ProblemNote, Title, useAnswer, Waiting } from "../parts";
import type { PeriodCount } from "../series";
import { actorName, numberText } from "../text";
import type { Dyad } from "./dyads";

export function Country({ id, place }: ViewProperties) {
  const asLed = filterOf(place.search), filter = { ...asLed, actor: id };
  const events = useAnswer<{ events: EventRow[] }>("events", asked.latestOfCountry(filter, id).parameters);
  const timeline = useAnswer<{ timeline: PeriodCount[]; events: number }>("timeline", asked.ofCountry(filter, id).parameters);
  // One after the other: what is looked at first shall not share the daemon's processors with what stands below.
  const dyads = useAnswer<{ dyads: Dyad[] }>(timeline.value || timeline.problem ? "dyads" : null, { ...filter, top: 1000 });
  const partners = (dyads.value?.dyads ?? []).filter((dyad) => dyad.first === id || dyad.second === id).map((dyad) => ({ id: dyad.first === id ? dyad.second : dyad.first, count: dyad.count }));
  const query = new URLSearchParams(filter).toString();
  return (
    <>
      <Title aside={timeline.value && <a href={`/events?${query}`}>{numberText(timeline.value.events)} event{timeline.value.events === 1 ? "" : "s"}</a>}>{actorName(id)} <span class="faint">{id}</span></Title>
      {/* Who comes from a map that is narrowed down sees that this is, too. */}
      <FilterBar place={place} problem={(events.problem ?? timeline.problem) as Problem} />
      <ProblemNote problem={((events.problem ?? timeline.problem) as Problem | undefined)?.parameter === "when" ? undefined : events.problem ?? timeline.problem} />
      <Waiting when={!timeline.value && timeline.isAsking} />
      {timeline.value && timeline.value.timeline.length > 0 && <StackedChart rows={timeline.value.timeline} />}
      <div class="two">
        <section aria-labelledby="latest"><h2 id="latest">Latest</h2>{(events.value?.events ?? []).map((event) => <EventLine key={event.id} event={event} />)}{events.value?.events.length === 0 && <p class="faint">No event.</p>}</section>
        <div>
          <table class="rows">
            <caption>Partners</caption>
            <thead><tr><th scope="col">Partner</th><th scope="col" class="number">Events</th></tr></thead>
            <tbody>{partners.slice(0, 40).map((partner) => <tr key={partner.id}><th scope="row"><ActorLink id={partner.id} filter={asLed} /></th><td class="number"><a href={`/events?${new URLSearchParams({ ...filter, actor: "", dyad: `${id},${partner.id}` })}`}>{partner.count}</a></td></tr>)}</tbody>
          </table>
          {/* The slowest question of all waits for the others. */}
          {events.value && timeline.value && dyads.value && <Firsts filter={filter} />}
        </div>
      </div>
    </>
  );
}
