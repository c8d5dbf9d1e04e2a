/* Feeds: how each source fares, the worst first. */
import { useState } from "preact/hooks";
import { command } from "../api";
import type { ViewProperties } from "../main";
import { Badge, mayCorrect, ProblemNote, Time, Title, useAction, useAnswer, useChangeCount, useGrowing, Waiting } from "../parts";
import { ageText, numberText } from "../text";

interface Source {
  name: string; last_fetch: number; last_success: number; next_fetch: number; failures: number; failing_since: number; fetches: number;
  items: number; last_item: number; newest: number; gap: number; longest_pause: number; median_delay: number; outage: string; gone: boolean; text: string;
}
const ORDERS: Record<string, (a: Source, b: Source) => number> = {
  state: (a, b) => Number(b.gone) - Number(a.gone) || b.failures - a.failures || Number(!!b.outage) - Number(!!a.outage) || a.name.localeCompare(b.name),
  name: (a, b) => a.name.localeCompare(b.name),
  items: (a, b) => b.items - a.items,
  last_item: (a, b) => b.last_item - a.last_item,
};

function duration(ms: number): string {
  if (ms < 0) return "–";
  return ageText(Date.now() - ms).replace(" ago", "");
}

function State({ source }: { source: Source }) {
  if (source.gone) return <Badge kind="denied">gone</Badge>;
  if (source.outage) return <Badge kind="alleged">{source.outage}</Badge>;
  if (source.failures > 0) return <Badge kind="alleged">{source.failures} failure{source.failures === 1 ? "" : "s"}</Badge>;
  return <Badge kind="confirmed">ok</Badge>;
}

export function Feeds({ me }: ViewProperties) {
  const [again, setAgain] = useState(0);
  const changes = useChangeCount(5000);
  const answer = useAnswer<{ sources: Source[] }>("feeds", {}, changes + again);
  const [order, setOrder] = useState("state");
  const [text, setText] = useState("");
  const action = useAction();
  const rows = (answer.value?.sources ?? []).filter((source) => source.name.includes(text.toLowerCase())).sort(ORDERS[order]);
  const { shown, rest } = useGrowing(rows.length);
  const failing = (answer.value?.sources ?? []).filter((source) => source.failures > 0 || source.gone || source.outage).length;
  return (
    <>
      <Title aside={answer.value && <span role="status">{answer.value.sources.length} feeds, {failing} in trouble</span>}>Feeds</Title>
      <form class="filter" onSubmit={(event) => event.preventDefault()}>
        <label>Name <input type="search" value={text} onInput={(event) => setText(event.currentTarget.value)} /></label>
        <label>Order <select value={order} onChange={(event) => setOrder(event.currentTarget.value)}>
          <option value="state">trouble first</option><option value="name">name</option><option value="items">most items</option><option value="last_item">latest item</option>
        </select></label>
      </form>
      <ProblemNote problem={answer.problem} />
      {action.shown}
      <Waiting when={!answer.value && answer.isAsking} />
      <div class="scroll">
        <table class="rows cards">
          <caption class="hidden">Feeds</caption>
          <thead><tr><th scope="col">Feed</th><th scope="col">State</th><th scope="col">Last success</th><th scope="col">Last item</th><th scope="col">Next fetch</th><th scope="col" class="number">Items</th><th scope="col">Rhythm</th><th scope="col">Delay</th><th scope="col">Error</th>{mayCorrect(me) && <th scope="col">Do</th>}</tr></thead>
          <tbody>
            {rows.slice(0, shown).map((source) => (
              <tr key={source.name}>
                <th scope="row">{source.name.replace(/^source\./, "")}</th>
                <td><State source={source} /></td>
                <td data-head="success"><Time value={source.last_success} /></td>
                <td data-head="item"><Time value={source.last_item} /></td>
                <td data-head="next">{source.gone ? "never" : <Time value={source.next_fetch} />}</td>
                <td class="number" data-head="items">{numberText(source.items)}</td>
                <td data-head="rhythm">{source.gap > 0 ? `every ${duration(source.gap)}` : "–"}</td>
                <td data-head="delay">{duration(source.median_delay)}</td>
                <td class="error wide">{source.text}</td>
                {mayCorrect(me) && <td><button type="button" disabled={action.isBusy} aria-label={`Fetch ${source.name} now`} onClick={() => action.run(() => command("fetch", source.name), () => setAgain(again + 1))}>Fetch</button></td>}
              </tr>
            ))}
          </tbody>
        </table>
        {rest}
      </div>
    </>
  );
}
