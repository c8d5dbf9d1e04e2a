/* Items: the articles that came in, whether an event was read in them or not. */
import { useEffect, useState } from "preact/hooks";
import type { Item } from "../api";
import { addressWith, dayOf } from "../filter";
import { asked } from "../first";
import type { ViewProperties } from "../main";
import { Badge, ProblemNote, Stale, Time, Title, useAnswer, useChangeCount, usePages, VirtualList, Waiting } from "../parts";
import { go } from "../router";
import { publishedText } from "../text";

function Line({ item }: { item: Item }) {
  return (
    <a class="event-line" href={`/item/${item.id}`}>
      <span />
      <span class="event-main">
        <span class="event-headline" dir="auto">{item.title || item.url || item.id}</span>
        <span class="event-facts">{[item.publisher, item.class, item.language, `published ${publishedText(item.published, item.published_precision)}`].filter(Boolean).join(" · ")}</span>
      </span>
      <span class="event-aside">
        {(item.reports ?? 0) > 0 ? <Badge kind="confirmed">{item.reports} event{item.reports === 1 ? "" : "s"}</Badge> : <Badge kind="none">no event</Badge>}
        <Time value={item.fetched} />
      </span>
    </a>
  );
}

export function Items({ place }: ViewProperties) {
  const changes = useChangeCount(5000);
  const { text: wanted = "", source = "", since = "" } = asked.items(place.search).parameters as Record<string, string | undefined>;
  const [text, setText] = useState(wanted);
  useEffect(() => setText(wanted), [wanted]);
  const pages = usePages<Item>(asked.items(place.search), "items", changes);
  const feeds = useAnswer<{ sources: { name: string }[] }>("feeds");
  const current = pages.rows.filter((item) => !item.superseded);
  return (
    <>
      <Title>Articles</Title>
      <form class="filter" role="search" aria-label="Filter articles" onSubmit={(event) => { event.preventDefault(); go(addressWith(place, { text: text.trim() })); }}>
        <label class="filter-text">Text <input type="search" value={text} placeholder="in titles and bodies" onInput={(event) => setText(event.currentTarget.value)} /></label>
        <label>Feed <select value={source} onChange={(event) => go(addressWith(place, { source: event.currentTarget.value }))}>
          <option value="">all</option>
          {(feeds.value?.sources ?? []).map(({ name }) => name.replace(/^source\./, "")).map((name) => <option key={name} value={name}>{name}</option>)}
        </select></label>
        <label>Since <input type="date" value={dayOf(since)} onChange={(event) => go(addressWith(place, { since: event.currentTarget.value }))} /></label>
        <button type="submit">Show</button>
      </form>
      <ProblemNote problem={pages.problem} />
      <Stale pages={pages} />
      <Waiting when={pages.isLoading} />
      <VirtualList rows={current} height={68} label="Articles" onEnd={pages.more} render={(item) => <Line item={item} />} />
      {!pages.isLoading && !pages.problem && current.length === 0 && <p class="faint">No article fits.</p>}
    </>
  );
}
