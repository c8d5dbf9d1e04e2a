/* Countries and dyads: who deals with whom, as a matrix and as a list. */
import type { Problem } from "../api";
import { addressWith, FilterBar, filterOf } from "../filter";
import type { ViewProperties } from "../main";
import { ActorLink, ProblemNote, Title, useAnswer, Waiting } from "../parts";
import { go } from "../router";
import { actorName } from "../text";

export interface Dyad { first: string; second: string; count: number; type?: string; period?: string }
const SIDE = 24, STEPS = 5;

/** The parties with most events, and how many each pair of them has. */
function matrixOf(dyads: Dyad[]) {
  const totals = new Map<string, number>(), pairs = new Map<string, number>();
  for (const { first, second, count } of dyads) {
    for (const id of [first, second]) totals.set(id, (totals.get(id) ?? 0) + count);
    pairs.set(`${first} ${second}`, count);
  }
  const parties = [...totals].sort((a, b) => b[1] - a[1]).slice(0, SIDE).map(([id]) => id);
  return { parties, pairs, most: Math.max(1, ...pairs.values()) };
}

export function Dyads({ place }: ViewProperties) {
  const filter = filterOf(place.search);
  const directed = place.search.get("directed") ?? "no";
  const answer = useAnswer<{ dyads: Dyad[]; events: number }>("dyads", { ...filter, directed, top: 500 });
  const dyads = answer.value?.dyads ?? [];
  const { parties, pairs, most } = matrixOf(dyads);
  const countOf = (row: string, column: string) => pairs.get(`${row} ${column}`) ?? (directed === "no" ? pairs.get(`${column} ${row}`) : undefined) ?? 0;
  const address = (row: string, column: string) => {
    const search = new URLSearchParams(filter);
    search.set("dyad", `${row},${column}`);
    return "/events?" + search;
  };
  const step = (count: number) => (count === 0 ? 0 : Math.max(1, Math.ceil((Math.log(count + 1) / Math.log(most + 1)) * STEPS)));
  return (
    <>
      <Title aside={answer.value && <span role="status">{dyads.length} pairs in {answer.value.events.toLocaleString()} events</span>}>Countries and dyads</Title>
      <FilterBar place={place} problem={answer.problem as Problem} />
      <p class="toolbar"><label class="check"><input type="checkbox" checked={directed === "yes"} onChange={(event) => go(addressWith(place, { directed: event.currentTarget.checked ? "yes" : undefined }))} /> who gives (rows) apart from who takes (columns)</label></p>
      <ProblemNote problem={answer.problem} />
      <Waiting when={!answer.value && answer.isAsking} />
      {parties.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Matrix of pairs">
          <table class="matrix">
            <caption>The {parties.length} parties with most events</caption>
            <thead><tr><td />{parties.map((id) => <th scope="col" key={id} title={actorName(id)}><span>{id.replace(/^.*:/, "")}</span></th>)}</tr></thead>
            <tbody>
              {parties.map((row) => (
                <tr key={row}>
                  <th scope="row"><ActorLink id={row} /></th>
                  {parties.map((column) => {
                    const count = row === column ? 0 : countOf(row, column);
                    return <td key={column} class={`cell cell-${step(count)}`}>{count > 0 && <a href={address(row, column)} aria-label={`${actorName(row)} and ${actorName(column)}: ${count}`}>{count}</a>}</td>;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {dyads.length > 0 && (
        <table class="rows narrow">
          <caption>Pairs with most events</caption>
          <thead><tr><th scope="col">Pair</th><th scope="col">Events</th></tr></thead>
          <tbody>{dyads.slice(0, 50).map((dyad) => <tr key={dyad.first + dyad.second}><th scope="row"><ActorLink id={dyad.first} /> {directed === "yes" ? "→" : "–"} <ActorLink id={dyad.second} /></th><td class="number"><a href={address(dyad.first, dyad.second)}>{dyad.count.toLocaleString()}</a></td></tr>)}</tbody>
        </table>
      )}
      {answer.value && dyads.length === 0 && <p class="faint">No pair fits.</p>}
    </>
  );
}
