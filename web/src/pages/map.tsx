/* Map: countries shaded by how many of the filter's events they take part in; points only where the place is a site or a city. What
 * stands at a point is asked for when somebody wants to know. */
import type { EventRow, Facets, PlaceCount, Problem } from "../api";
import { useState } from "preact/hooks";
import { addressWith, FilterBar, filterOf } from "../filter";
import { asked } from "../first";
import type { ViewProperties } from "../main";
import { countryAddress, EventLine, Lost, ProblemNote, Title, useAnswer, useChangeCount, useLoaded, Waiting } from "../parts";
import { HEIGHT, projected, WIDTH } from "../projection";
import { go } from "../router";
import { actorName, alpha3OfNumeric, numberText } from "../text";

const STEPS = 5, CALM_MS = 15000, AT_POINT = 20, ROWS = 25;
const SMALL = 3.5, SMALL_ON_PHONE = 8; /* radius of a country that is too small to be drawn, in pixels of a map as wide as the plane */
const POINT_LEAST = 3, POINT_MOST = 10, POINT_EVENTS = 30; /* radius in pixels, and how many events the largest has at least */

/** Drawn by build.mjs. */
interface Shapes { sphere: string; countries: { id?: string; name: string; line: string }[]; small: { id: string; name: string; x: number; y: number }[] }
export const loadShapes = () => import("world-atlas/countries-110m.json").then((module) => module.default as unknown as Shapes);

// Kosovo has no number in Natural Earth's data.
const idOf = ({ id, name }: { id?: string; name: string }) => (name === "Kosovo" ? "XKX" : (alpha3OfNumeric(id ?? "") ?? ""));

/** A point's events, as a rule: all within a kilometre of it. */
const ruleAt = ({ latitude, longitude }: PlaceCount) => `within(1, ${latitude}, ${longitude})`;

interface Point { key: string; x: number; y: number; name: string; country: string; count: number; rule: string }

/** Points that one pixel holds are one. */
function pointsOf(places: PlaceCount[]): Point[] {
  const points = new Map<string, Point>();
  for (const place of places) {
    const at = projected(place.longitude, place.latitude);
    const key = at.map((one) => one.toFixed(1)).join(), known = points.get(key);
    if (known) Object.assign(known, { count: known.count + place.count, rule: `${known.rule} or ${ruleAt(place)}` });
    else points.set(key, { key, x: at[0], y: at[1], name: place.name, country: place.country, count: place.count, rule: ruleAt(place) });
  }
  return [...points.values()].sort((a, b) => b.count - a.count);
}

/* What part of the world is shown: its corners in degrees of longitude and latitude. */
const PARTS: Record<string, { title: string; corners?: [number, number, number, number] }> = {
  world: { title: "the world" },
  europe: { title: "Europe", corners: [-12, 34, 45, 70] },
  middle_east: { title: "the Middle East", corners: [24, 12, 64, 43] },
  central_asia: { title: "Central and South Asia", corners: [44, 5, 98, 55] },
  east_asia: { title: "East Asia and the Pacific", corners: [92, -45, 178, 54] },
  africa: { title: "Africa", corners: [-20, -36, 54, 38] },
  americas: { title: "the Americas", corners: [-128, -56, -34, 62] },
};

function viewBoxOf(part: string): { text: string; scale: number } {
  const corners = PARTS[part]?.corners;
  if (!corners) return { text: `0 0 ${WIDTH} ${HEIGHT}`, scale: 1 };
  const [west, south, east, north] = corners, middle = (west + east) / 2;
  const at = ([[west, south], [west, north], [east, south], [east, north], [middle, south], [middle, north]] as [number, number][]).map((one) => projected(...one));
  const [left, right] = [Math.min(...at.map(([x]) => x)), Math.max(...at.map(([x]) => x))];
  const [top, bottom] = [Math.min(...at.map(([, y]) => y)), Math.max(...at.map(([, y]) => y))];
  const scale = Math.max((right - left) / WIDTH, (bottom - top) / HEIGHT);
  return { text: `${(left + right) / 2 - (WIDTH * scale) / 2} ${(top + bottom) / 2 - (HEIGHT * scale) / 2} ${WIDTH * scale} ${HEIGHT * scale}`, scale };
}

/** From how many to how many events each shade means. */
function Legend({ most, step }: { most: number; step: (count: number) => number }) {
  const bounds = Array.from({ length: STEPS }, (_, index) => {
    let low = 1;
    while (low < most && step(low) < index + 1) low++;
    return { shade: index + 1, low };
  }).filter(({ low, shade }) => step(low) === shade);
  return (
    <ul class="legend" aria-label="Shades">
      {bounds.map(({ shade, low }, index) => {
        const high = index + 1 < bounds.length ? bounds[index + 1].low - 1 : most;
        return <li key={shade}><span class={`swatch shade-${shade}`} aria-hidden="true" /> {low === high ? numberText(low) : `${numberText(low)}–${numberText(high)}`}</li>;
      })}
      <li><span class="swatch swatch-point" aria-hidden="true" /> a site or city</li>
    </ul>
  );
}

const at = (filter: Record<string, string>, { rule }: Point) => ({ ...filter, when: filter.when ? `(${filter.when}) and (${rule})` : rule });

function AtPoint({ point, filter, onClose }: { point: Point; filter: Record<string, string>; onClose: () => void }) {
  const asked = at(filter, point);
  const answer = useAnswer<{ events: EventRow[] }>("events", { ...asked, limit: AT_POINT });
  return (
    <section aria-labelledby="at-point" class="at-point">
      <h2 id="at-point">{point.name} <button type="button" class="plain" aria-label="Close" onClick={onClose}>×</button></h2>
      <ProblemNote problem={answer.problem} />
      <Waiting when={!answer.value && answer.isAsking} />
      {answer.isCurrent && answer.value?.events.map((event) => <EventLine key={event.id} event={event} />)}
      {point.count > AT_POINT && <p><a href={`/events?${new URLSearchParams(asked)}`}>All {numberText(point.count)} events there</a></p>}
    </section>
  );
}

export function MapView({ place }: ViewProperties) {
  const filter = filterOf(place.search);
  const changes = useChangeCount(CALM_MS);
  const facets = useAnswer<Facets>("facets", asked.countries(filter).parameters, changes);
  const places = useAnswer<{ places: PlaceCount[] }>("places", asked.places(filter).parameters, changes);
  const shapes = useLoaded(loadShapes);
  const counts = new Map((facets.value?.facets.country ?? []).map(({ value, count }) => [value, count]));
  const most = Math.max(1, ...counts.values());
  const step = (count: number) => (count === 0 ? 0 : Math.max(1, Math.ceil((Math.log(count + 1) / Math.log(most + 1)) * STEPS)));
  const address = (id: string) => countryAddress(id, filter);
  const points = pointsOf(places.value?.places ?? []);
  const rows = [...counts].slice(0, ROWS);
  const part = place.search.get("part") ?? "world", view = viewBoxOf(part);
  /* By the area, beside the largest; of few events each counts. */
  const largest = Math.max(POINT_EVENTS, ...points.map((one) => one.count)), radius = (count: number) => POINT_LEAST + (POINT_MOST - POINT_LEAST) * Math.sqrt(count / largest);
  const small = matchMedia("(max-width: 55rem)").matches ? SMALL_ON_PHONE : SMALL;
  const [chosen, setChosen] = useState<string>();
  const point = points.find((one) => one.key === chosen);
  return (
    <>
      <Title aside={facets.value && <span role="status">{numberText(facets.value.events)} events</span>}>Map</Title>
      <FilterBar place={place} problem={facets.problem as Problem} />
      <p class="toolbar"><label>Show <select value={part} onChange={(event) => go(addressWith(place, { part: event.currentTarget.value === "world" ? undefined : event.currentTarget.value }))}>{Object.entries(PARTS).map(([name, { title }]) => <option key={name} value={name}>{title}</option>)}</select></label></p>
      <ProblemNote problem={(facets.problem as Problem | undefined)?.parameter === "when" ? undefined : facets.problem} />
      <Lost when={shapes.isLost} />
      <Waiting when={!facets.value && facets.isAsking} />
      <svg class="map" viewBox={view.text} role="img" aria-label="Countries by number of events; the table below has the same numbers">
        {shapes.value && <path d={shapes.value.sphere} class="sea" />}
        {shapes.value?.countries.map((shape, index) => {
          const id = idOf(shape), count = counts.get(id) ?? 0;
          return <path key={index} d={shape.line} class={`land shade-${step(count)}`} onClick={() => id && go(address(id))}><title>{`${shape.name}: ${count}`}</title></path>;
        })}
        {/* Singapore or Bahrain are no shape at this size: where something is told of them, they are a disc. */}
        {shapes.value?.small.map((shape) => {
          const id = idOf(shape), count = counts.get(id) ?? 0;
          return count > 0 && <circle key={shape.id} cx={shape.x} cy={shape.y} r={small * Math.sqrt(view.scale)} class={`land small shade-${step(count)}`} onClick={() => go(address(id))}><title>{`${shape.name}: ${count}`}</title></circle>;
        })}
        {points.map((point) => (
          <circle key={point.key} cx={point.x} cy={point.y} r={radius(point.count) * Math.sqrt(view.scale)} class={`point${point.key === chosen ? " is-chosen" : ""}`} onClick={() => setChosen(point.key)}>
            <title>{`${point.name}: ${numberText(point.count)} event${point.count === 1 ? "" : "s"}`}</title>
          </circle>
        ))}
      </svg>
      <Legend most={most} step={step} />
      {point && <AtPoint point={point} filter={filter} onClose={() => setChosen(undefined)} />}
      <div class="two below">
        <table class="rows">
          <caption>Countries with most events</caption>
          <thead><tr><th scope="col">Country</th><th scope="col" class="number">Events</th></tr></thead>
          <tbody>{rows.map(([id, count]) => <tr key={id}><th scope="row"><a href={address(id)}>{actorName(id)}</a></th><td class="number">{numberText(count)}</td></tr>)}</tbody>
        </table>
        {points.length > 0 && (
          <table class="rows">
            <caption>Sites and cities with most events</caption>
            <thead><tr><th scope="col">Place</th><th scope="col">Country</th><th scope="col" class="number">Events</th></tr></thead>
            <tbody>{points.slice(0, ROWS).map((one) => <tr key={one.key}><th scope="row"><a href={`/events?${new URLSearchParams(at(filter, one))}`}>{one.name}</a></th><td>{one.country && actorName(one.country)}</td><td class="number">{numberText(one.count)}</td></tr>)}</tbody>
          </table>
        )}
      </div>
    </>
  );
}
