/* Events: all that a filter lets through, with facets that narrow it, views that are kept, and exports of what is shown. */
import { useEffect, useState } from "preact/hooks";
import { command, queryOf, type Count, type EventRow, type Facets, type Problem, type SavedView } from "../api";
import { addressWith, FilterBar, filterOf, toggled } from "../filter";
import { asked } from "../first";
import type { ViewProperties } from "../main";
import { EventLine, ProblemNote, Stale, Title, useAction, useAnswer, useChangeCount, usePages, useStored, VirtualList, Waiting } from "../parts";
import { go, type Place } from "../router";
import { actorName, classIn, numberText, withClass, words } from "../text";

const FACETS: { name: string; filter: string; title: string }[] = [
  { name: "type", filter: "type", title: "Type" },
  { name: "country", filter: "actor", title: "Country" },
  { name: "status", filter: "status", title: "Status" },
  { name: "modality", filter: "modality", title: "Modality" },
  { name: "dyad", filter: "dyad", title: "Dyad" },
  { name: "scope", filter: "scope", title: "Scope" },
  { name: "publisher", filter: "source", title: "Publisher" },
  { name: "source_class", filter: "when", title: "Class of source" },
  { name: "month", filter: "", title: "Month" },
];
const SHOWN = 8;

function FacetList({ place, counts, row, isOpen, onToggle }: { place: Place; counts: Count[]; row: (typeof FACETS)[number]; isOpen: boolean; onToggle: (isOpen: boolean) => void }) {
  const [isWhole, setWhole] = useState(false);
  const present = place.search.get(row.filter) ?? "";
  const name = (value: string) => row.name === "country" ? actorName(value) : row.name === "dyad" ? value.split(" ").map(actorName).join(" – ") : words(value) || "none";
  const address = (value: string) => {
    if (row.name === "dyad") return addressWith(place, { dyad: present === value.replace(" ", ",") ? undefined : value.replace(" ", ",") });
    if (row.name === "source_class") return addressWith(place, { when: withClass(present, value) });
    if (row.name === "month") return addressWith(place, place.search.get("since") === value ? { since: undefined, until: undefined } : { since: value, until: value });
    return addressWith(place, { [row.filter]: toggled(present, value) });
  };
  const isOn = (value: string) => row.name === "dyad" ? present === value.replace(" ", ",") : row.name === "month" ? place.search.get("since") === value : row.name === "source_class" ? classIn(present).value === value : present.split(",").includes(value);
  return (
    <details open={isOpen} onToggle={(event) => event.currentTarget.open !== isOpen && onToggle(event.currentTarget.open)}>
      <summary>{row.title}</summary>
      <ul class="facet">
        {counts.slice(0, isWhole ? undefined : SHOWN).map(({ value, count }) => (
          <li key={value}><a href={address(value)} aria-current={isOn(value) ? "true" : undefined}><span>{name(value)}</span> <span class="count">{numberText(count)}</span></a></li>
        ))}
      </ul>
      {counts.length > SHOWN && <button type="button" class="plain" onClick={() => setWhole(!isWhole)}>{isWhole ? "fewer" : `${counts.length - SHOWN} more`}</button>}
    </details>
  );
}

/** Only what is open is counted: counting all pairs of a million events takes a while. */
function FacetBar({ place, changes, onTotal }: { place: Place; changes: number; onTotal: (facets: Facets) => void }) {
  const [open, setOpen] = useStored<string[]>("facets", ["type", "country", "status"]);
  const [isShown, setShown] = useState(() => !matchMedia("(max-width: 55rem)").matches);
  const asked = open.length > 0 && isShown ? open.join(",") : "type";
  const facets = useAnswer<Facets>("facets", { ...filterOf(place.search), facet: asked, top: 60 }, changes);
  useEffect(() => {
    if (facets.value) onTotal(facets.value);
  }, [facets.value]);
  return (
    <details class="side" open={isShown} onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>Narrow down</summary>
      <SavedViews place={place} />
      {/* What is wrong with the filter itself, the list says. */}
      {(facets.problem as Problem | undefined)?.status !== 400 && <ProblemNote problem={facets.problem} />}
      {FACETS.map((row) => (
        <FacetList key={row.name} place={place} row={row} counts={facets.value?.facets[row.name] ?? []} isOpen={open.includes(row.name)}
          onToggle={(isOpen) => setOpen(isOpen ? [...open, row.name] : open.filter((one) => one !== row.name))} />
      ))}
    </details>
  );
}

/** What a browser kept by itself before the daemon did goes to the daemon once. */
async function handOver() {
  const kept = JSON.parse(localStorage.getItem("views") ?? "{}") as Record<string, string>;
  for (const [title, query] of Object.entries(kept)) await command("view-save", title, { query });
  localStorage.removeItem("views");
  return Object.keys(kept).length > 0;
}

/* They are kept by the daemon in the name of who is logged in. */
function SavedViews({ place }: { place: Place }) {
  const [count, setCount] = useState(0);
  const answer = useAnswer<{ views: SavedView[] }>("views", {}, count);
  const [name, setName] = useState("");
  const action = useAction();
  const query = place.search.toString(), views = answer.value?.views ?? [];
  const again = () => setCount((was) => was + 1);
  useEffect(() => {
    handOver().then((found) => found && again(), () => {}); // what cannot be handed over stays, and is tried again
  }, []);
  const save = (event: Event) => {
    event.preventDefault();
    action.run(() => command("view-save", name.trim(), { query }), () => { setName(""); again(); });
  };
  return (
    <details>
      <summary>Saved views{answer.value ? ` (${views.length})` : ""}</summary>
      <ProblemNote problem={answer.problem} />
      <ul class="facet">
        {views.map((view) => (
          <li key={view.name}>
            <a href={`/events${view.query ? "?" + view.query : ""}`} aria-current={view.query === query ? "true" : undefined}>{view.name}</a>
            <button type="button" class="plain" aria-label={`Forget the view ${view.name}`} disabled={action.isBusy} onClick={() => action.run(() => command("view-remove", view.name), again)}>×</button>
          </li>
        ))}
      </ul>
      <form class="inline" onSubmit={save}>
        <input aria-label="Name of the view" value={name} maxLength={60} required pattern=".*\S.*" placeholder="name this view" onInput={(event) => setName(event.currentTarget.value)} />
        <button type="submit" disabled={action.isBusy}>Save</button>
      </form>
      {action.shown}
    </details>
  );
}

const ORDERS = [["seen", "latest report"], ["updated", "latest change"], ["first_seen", "first report"], ["date", "date of the act"], ["confidence", "confidence"]];

const EXPORTS = [["events.csv", "CSV"], ["events.jsonl", "JSON lines"], ["events.geojson", "GeoJSON"], ["trade.csv", "trade register"]];

export function Events({ place }: ViewProperties) {
  const filter = filterOf(place.search);
  const order = place.search.get("order") ?? undefined;
  const changes = useChangeCount(3000);
  const pages = usePages<EventRow>(asked.events(filter, place.search), "events", changes);
  const [totals, setTotals] = useState<Facets>();
  const total = totals?.events;
  const query = queryOf(filter);
  return (
    <>
      <Title aside={total !== undefined && <span role="status">{totals!.exact ? "" : "about "}{numberText(total)} event{total === 1 ? "" : "s"}</span>}>Events</Title>
      <FilterBar place={place} problem={pages.problem as Problem} />
      {pages.problem && (pages.problem as Problem).parameter !== "when" && <ProblemNote problem={pages.problem} />}
      <div class="with-side">
        <aside aria-label="Narrow down"><FacetBar place={place} changes={changes} onTotal={setTotals} /></aside>
        <section aria-label="Events that fit">
          <p class="toolbar">
            <label>Order <select value={order ?? "seen"} onChange={(event) => go(addressWith(place, { order: event.currentTarget.value }))}>
              {ORDERS.map(([value, title]) => <option key={value} value={value}>{title}</option>)}
            </select></label>
            <span>Export: {EXPORTS.map(([file, title]) => <><a key={file} href={`/api/v1/exports/${file}${queryOf({ ...filter, order })}`} download={file}>{title}</a> </>)}<a href={`/feeds/events.atom${query}`} target="_blank" title="A feed reader logs in by any name, with a token as its password">Atom feed</a></span>
          </p>
          <Stale pages={pages} />
          <Waiting when={pages.isLoading} />
          <VirtualList rows={pages.rows} height={68} label="Events" onEnd={pages.more} render={(event) => <EventLine event={event} />} />
          {!pages.isLoading && !pages.problem && pages.rows.length === 0 && <p class="faint">No event fits. <a href="/events">Show all</a></p>}
        </section>
      </div>
    </>
  );
}
