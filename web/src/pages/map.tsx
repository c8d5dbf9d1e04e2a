/* Map: countries shaded by how many of the filter's events they take part in; points only where the place is a site or a city. */
import { geoNaturalEarth1, geoPath } from "d3-geo";
import { feature } from "topojson-client";
import type { Topology } from "topojson-specification";
import world from "world-atlas/countries-110m.json";
import type { EventRow, Facets, Problem } from "../api";
import { FilterBar, filterOf } from "../filter";
import type { ViewProperties } from "../main";
import { ProblemNote, Title, useAnswer, Waiting } from "../parts";
import { go } from "../router";
import { actorName, alpha3OfNumeric } from "../text";

const WIDTH = 960, HEIGHT = 500, STEPS = 5;
const topology = world as unknown as Topology;
const shapes = feature(topology, topology.objects.countries) as unknown as GeoJSON.FeatureCollection;
const projection = geoNaturalEarth1().fitExtent([[2, 2], [WIDTH - 2, HEIGHT - 2]], { type: "Sphere" });
const path = geoPath(projection);
const outlines = shapes.features.map((shape) => {
  const name = (shape.properties as { name?: string } | null)?.name ?? "";
  // Kosovo has no number in Natural Earth's data.
  return { id: name === "Kosovo" ? "XKX" : (alpha3OfNumeric(String(shape.id ?? "")) ?? ""), name, line: path(shape) ?? "" };
});
const sphere = path({ type: "Sphere" }) ?? "";

function pointsOf(events: EventRow[]) {
  const points = new Map<string, { x: number; y: number; name: string; events: EventRow[] }>();
  for (const event of events)
    for (const place of event.places ?? []) {
      if (place.latitude === undefined || place.longitude === undefined || (place.precision !== "site" && place.precision !== "city")) continue;
      const at = projection([place.longitude, place.latitude]);
      if (!at) continue;
      const key = at.map((one) => one.toFixed(1)).join();
      const point = points.get(key) ?? { x: at[0], y: at[1], name: place.name ?? place.raw ?? "", events: [] };
      point.events.push(event);
      points.set(key, point);
    }
  return [...points.values()];
}

export function MapView({ place }: ViewProperties) {
  const filter = filterOf(place.search);
  const facets = useAnswer<Facets>("facets", { ...filter, facet: "country", top: 300 });
  const events = useAnswer<{ events: EventRow[] }>("events", { ...filter, limit: 500 });
  const counts = new Map((facets.value?.facets.country ?? []).map(({ value, count }) => [value, count]));
  const most = Math.max(1, ...counts.values());
  const step = (count: number) => (count === 0 ? 0 : Math.max(1, Math.ceil((Math.log(count + 1) / Math.log(most + 1)) * STEPS)));
  const address = (id: string) => `/country/${id}${place.search.toString() ? "?" + place.search.toString() : ""}`;
  const points = pointsOf(events.value?.events ?? []);
  const rows = [...counts].slice(0, 25);
  return (
    <>
      <Title aside={facets.value && <span role="status">{facets.value.events.toLocaleString()} events</span>}>Map</Title>
      <FilterBar place={place} problem={facets.problem as Problem} />
      <ProblemNote problem={facets.problem} />
      <Waiting when={!facets.value && facets.isAsking} />
      <svg class="map" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Countries by number of events; the table below has the same numbers">
        <path d={sphere} class="sea" />
        {outlines.map((shape, index) => (
          <path key={index} d={shape.line} class={`land land-${step(counts.get(shape.id) ?? 0)}`} onClick={() => shape.id && go(address(shape.id))}>
            <title>{`${shape.name}: ${counts.get(shape.id) ?? 0}`}</title>
          </path>
        ))}
        {points.map((point) => (
          <circle key={`${point.x},${point.y}`} cx={point.x} cy={point.y} r={Math.min(9, 3 + Math.sqrt(point.events.length))} class="point" onClick={() => go(`/event/${point.events[0].id}`)}>
            <title>{`${point.name}: ${point.events.map((event) => event.headline).slice(0, 5).join("; ")}`}</title>
          </circle>
        ))}
      </svg>
      <table class="rows narrow">
        <caption>Countries with most events</caption>
        <thead><tr><th scope="col">Country</th><th scope="col">Events</th></tr></thead>
        <tbody>{rows.map(([id, count]) => <tr key={id}><th scope="row"><a href={address(id)}>{actorName(id)}</a></th><td class="number">{count.toLocaleString()}</td></tr>)}</tbody>
      </table>
    </>
  );
}
