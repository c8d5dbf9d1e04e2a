/* Countries and dyads: who deals with whom, as a matrix and as a list. */
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Problem } from "../api";
import { addressWith, FilterBar, filterOf } from "../filter";
import { asked } from "../first";
import type { ViewProperties } from "../main";
import { HEIGHT, layOut, WIDTH } from "../network";
import { ActorLink, countryAddress, Firsts, ProblemNote, Title, useAnswer, Waiting } from "../parts";
import { go } from "../router";
import { actorName, numberText } from "../text";

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

function Network({ dyads, filter, addressOf }: { dyads: Dyad[]; filter: Record<string, string>; addressOf: (row: string, column: string) => string }) {
  const [near, setNear] = useState<string>(); // the party under the pointer
  const { nodes, links } = useMemo(() => layOut(dyads), [dyads]);
  const box = useRef<HTMLDivElement>(null);
  // Where it is wider than the window, its middle is what is looked at first: those with most events stand there.
  useLayoutEffect(() => {
    if (box.current) box.current.scrollLeft = (box.current.scrollWidth - box.current.clientWidth) / 2;
  }, [nodes]);
  const strongest = Math.max(1, ...links.map((link) => link.count));
  const known = near && new Set([near, ...links.filter(({ source, target }) => source.id === near || target.id === near).flatMap(({ source, target }) => [source.id, target.id])]);
  return (
    <figure class="chart">
      <div class="scroll" ref={box} tabIndex={0} role="region" aria-label="Network of pairs"><svg class="network" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Network of who deals with whom; the matrix and the table have the same numbers">
        {links.map(({ source, target, count }, index) => <line key={index} class={near && near !== source.id && near !== target.id ? "is-aside" : ""} onClick={() => go(addressOf(source.id, target.id))} x1={source.x} y1={source.y} x2={target.x} y2={target.y} stroke-width={1 + (5 * count) / strongest}><title>{`${source.name} – ${target.name}: ${count}`}</title></line>)}
        {nodes.map((node) => (
          <g key={node.id} class={known && !known.has(node.id) ? "is-aside" : ""} onClick={() => go(countryAddress(node.id, filter))} onMouseEnter={() => setNear(node.id)} onMouseLeave={() => setNear(undefined)}>
            <circle cx={node.x} cy={node.y} r={node.radius}><title>{`${node.name}: ${node.count}`}</title></circle>
            {node.label && <text x={node.label.x} y={node.label.y} text-anchor={node.label.anchor}>{node.name}</text>}
          </g>
        ))}
      </svg></div>
      <figcaption class="faint">The {nodes.length} parties with most events; a line is a pair, the thicker the more events. Only the strongest pairs are drawn; the matrix below has all pairs of the first {Math.min(SIDE, nodes.length)}.{nodes.some((node) => !node.label) && " Where there is no room for a name, pointing at the circle says it."}</figcaption>
    </figure>
  );
}

export function Dyads({ place }: ViewProperties) {
  const filter = filterOf(place.search);
  const directed = place.search.get("directed") ?? "no";
  const answer = useAnswer<{ dyads: Dyad[]; events: number }>("dyads", asked.dyads(filter, place.search).parameters);
  const dyads = answer.value?.dyads ?? [];
  const { parties, pairs, most } = useMemo(() => matrixOf(dyads), [answer.value]);
  const countOf = (row: string, column: string) => pairs.get(`${row} ${column}`) ?? (directed === "no" ? pairs.get(`${column} ${row}`) : undefined) ?? 0;
  const address = (row: string, column: string) => {
    const search = new URLSearchParams(filter);
    search.set("dyad", `${row},${column}`);
    return "/events?" + search;
  };
  const step = (count: number) => (count === 0 ? 0 : Math.max(1, Math.ceil((Math.log(count + 1) / Math.log(most + 1)) * STEPS)));
  return (
    <>
      <Title aside={answer.value && <span role="status">{dyads.length} pairs in {numberText(answer.value.events)} events</span>}>Countries and dyads</Title>
      <FilterBar place={place} problem={answer.problem as Problem} />
      <p class="toolbar"><label class="check"><input type="checkbox" checked={directed === "yes"} onChange={(event) => go(addressWith(place, { directed: event.currentTarget.checked ? "yes" : undefined }))} /> who gives (rows) apart from who takes (columns)</label></p>
      <ProblemNote problem={(answer.problem as Problem | undefined)?.parameter === "when" ? undefined : answer.problem} />
      <Waiting when={!answer.value && answer.isAsking} />
      {dyads.length > 0 && <Network dyads={dyads} filter={filter} addressOf={address} />}
      {parties.length > 0 && (
        <div class="scroll below" tabIndex={0} role="region" aria-label="Matrix of pairs">
          <table class="matrix">
            <caption>The {parties.length} parties with most events</caption>
            <thead><tr><td />{parties.map((id) => <th scope="col" key={id} title={actorName(id)}><span>{id.replace(/^.*:/, "")}</span></th>)}</tr></thead>
            <tbody>
              {parties.map((row) => (
                <tr key={row}>
                  <th scope="row"><ActorLink id={row} filter={filter} /></th>
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
        <div class="two below">
        <table class="rows">
          <caption>Pairs with most events</caption>
          <thead><tr><th scope="col">Pair</th><th scope="col" class="number">Events</th></tr></thead>
          <tbody>{dyads.slice(0, 50).map((dyad) => <tr key={dyad.first + dyad.second}><th scope="row"><ActorLink id={dyad.first} filter={filter} /> {directed === "yes" ? "→" : "–"} <ActorLink id={dyad.second} filter={filter} /></th><td class="number"><a href={address(dyad.first, dyad.second)}>{numberText(dyad.count)}</a></td></tr>)}</tbody>
        </table>
        <Firsts filter={filter} />
        </div>
      )}
      {answer.value && dyads.length === 0 && <p class="faint">No pair fits.</p>}
    </>
  );
}
