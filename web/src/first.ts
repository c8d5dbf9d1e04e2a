/* First: what each view asks before it can show anything. It is asked as soon as the script runs, beside who is here, and for the
 * plain addresses the daemon names it in the head of the page (build.mjs writes dist/ahead.txt from this), for the browser to ask while
 * it still reads the script. The views ask by these same functions. */
import type { Parameters } from "./api";

export interface Question { path: string; parameters: Parameters }
type Filter = Record<string, string>;

const FIRST_ROWS = 50, MORE_ROWS = 100, BUDGET = 1000;

/** A page of a list. Events come in pages of bounded work. The first page is what a screen holds, for it to be there soon. */
export const pageOf = (path: string, parameters: Parameters, after?: string): Question => ({
  path,
  parameters: { ...parameters, limit: after === undefined ? FIRST_ROWS : MORE_ROWS, budget: path === "events" ? BUDGET : undefined, after },
});

/** What of the days is shown, where nothing else is said: more bars than that nobody tells apart. */
export const DAYS_SHOWN = 400;
export const isCut = (filter: Filter, search: URLSearchParams) => search.get("period") === "day" && !filter.since && !filter.until;

/** What is looked at first: the uncertain, or among what matters more. */
export const ORDERS: Record<string, { title: string; parameters: Parameters }> = {
  uncertain: { title: "least certain first", parameters: { order: "confidence", direction: "ascending" } },
  several: { title: "told by several, least certain first", parameters: { order: "confidence", direction: "ascending", sources_min: 2 } },
  official: { title: "of official sources, least certain first", parameters: { order: "confidence", direction: "ascending", when: "source_class = official" } },
  latest: { title: "latest first", parameters: { order: "updated" } },
};
export const orderOf = (search: URLSearchParams) => (ORDERS[search.get("order") ?? ""] ? search.get("order")! : "uncertain");

export const NOW_EVENTS = 60, NOW_ALERTS = 25, POINTS = 500;

export const asked = {
  nowEvents: (): Question => ({ path: "events", parameters: { order: "updated", limit: NOW_EVENTS } }),
  nowAlerts: (): Question => ({ path: "alerts", parameters: { limit: NOW_ALERTS } }),
  events: (filter: Filter, search: URLSearchParams): Question => ({ path: "events", parameters: { ...filter, order: search.get("order") ?? undefined } }),
  countries: (filter: Filter): Question => ({ path: "facets", parameters: { ...filter, facet: "country", top: 300 } }),
  places: (filter: Filter): Question => ({ path: "places", parameters: { ...filter, top: POINTS } }),
  timeline: (filter: Filter, search: URLSearchParams): Question => ({
    path: "timeline",
    parameters: { ...filter, since: isCut(filter, search) ? `${DAYS_SHOWN}d` : filter.since, period: search.get("period") ?? "month", clock: search.get("clock") ?? "seen", by_type: "yes" },
  }),
  dyads: (filter: Filter, search: URLSearchParams): Question => ({ path: "dyads", parameters: { ...filter, directed: search.get("directed") ?? "no", top: 500 } }),
  ofCountry: (filter: Filter, id: string): Question => ({ path: "timeline", parameters: { ...filter, actor: id, period: "month", by_type: "yes" } }),
  latestOfCountry: (filter: Filter, id: string): Question => ({ path: "events", parameters: { ...filter, actor: id, limit: 30 } }),
  review: (search: URLSearchParams): Question => ({ path: "events", parameters: { ...ORDERS[orderOf(search)].parameters, scope: "current" } }),
  alerts: (search: URLSearchParams): Question => ({ path: "alerts", parameters: { watch: search.get("watch") ?? undefined, state: search.get("state") ?? undefined, since: search.get("since") ?? undefined } }),
  items: (search: URLSearchParams): Question => ({ path: "items", parameters: { text: search.get("text") ?? undefined, source: search.get("source") ?? undefined, since: search.get("since") ?? undefined } }),
};

const paged = ({ path, parameters }: Question) => pageOf(path, parameters);

/** By the first part of a view's address. */
export const first: Record<string, (filter: Filter, search: URLSearchParams, id: string) => Question[]> = {
  now: () => [asked.nowEvents(), asked.nowAlerts()],
  events: (filter, search) => [paged(asked.events(filter, search))],
  map: (filter) => [asked.countries(filter), asked.places(filter)],
  timeline: (filter, search) => [asked.timeline(filter, search)],
  dyads: (filter, search) => [asked.dyads(filter, search)],
  country: (filter, _, id) => (id ? [asked.ofCountry(filter, id)] : []),
  review: (_, search) => (search.get("mode") === "blind" ? [] : [paged(asked.review(search))]),
  alerts: (_, search) => [paged(asked.alerts(search))],
  items: (_, search) => [paged(asked.items(search))],
};
