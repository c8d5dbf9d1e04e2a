/* Filter: what events are shown, kept in the address. A rule in the language of watches beside plain choices; a mistake in the rule
 * is shown at its place. */
import { useEffect, useState } from "preact/hooks";
import type { Problem } from "./api";
import type { Place } from "./router";
import { go } from "./router";
import { actorName, words } from "./text";

export const FILTERS = ["when", "type", "status", "modality", "scope", "actor", "dyad", "source", "text", "sources_min", "since", "until"] as const;

export function filterOf(search: URLSearchParams): Record<string, string> {
  const filter: Record<string, string> = {};
  for (const name of FILTERS) {
    const value = search.get(name);
    if (value) filter[name] = value;
  }
  return filter;
}
export function addressWith(place: Place, changes: Record<string, string | undefined>): string {
  const search = new URLSearchParams(place.search);
  for (const [name, value] of Object.entries(changes)) if (value) search.set(name, value); else search.delete(name);
  const text = search.toString();
  return place.path + (text ? "?" + text : "");
}
/** Adds a word to a list "a,b", or takes it out. */
export function toggled(list: string | undefined, word: string): string {
  const present = (list ?? "").split(",").filter(Boolean);
  return (present.includes(word) ? present.filter((one) => one !== word) : [...present, word]).join(",");
}

/** The rule's text with the part that is wrong marked. */
export function RuleMistake({ text, problem }: { text: string; problem?: Problem }) {
  if (!problem || problem.parameter !== "when") return null;
  const bytes = new TextEncoder().encode(text), decoder = new TextDecoder();
  const [start, end] = [problem.offset, problem.offset + (problem.length || 1)];
  return (
    <div class="problem" role="alert">
      <code class="rule">
        {decoder.decode(bytes.subarray(0, start))}
        <mark>{decoder.decode(bytes.subarray(start, end)) || "␣"}</mark>
        {decoder.decode(bytes.subarray(end))}
      </code>
      <p>{problem.message.replace(/^when: /, "")}</p>
    </div>
  );
}

const LABELS: Record<string, string> = { when: "rule", type: "type", status: "status", modality: "modality", scope: "scope", actor: "party", dyad: "dyad", source: "publisher", text: "text", sources_min: "sources at least", since: "since", until: "until" };

/* A field for dates takes whole days; months, years and "7d" show as chips alone. */
export const dayOf = (text: string | undefined) => (/^\d{4}-\d{2}-\d{2}$/.test(text ?? "") ? text! : "");

export function FilterBar({ place, problem }: { place: Place; problem?: Problem }) {
  const filter = filterOf(place.search);
  const [rule, setRule] = useState(filter.when ?? "");
  const [text, setText] = useState(filter.text ?? "");
  useEffect(() => setRule(filter.when ?? ""), [filter.when]);
  useEffect(() => setText(filter.text ?? ""), [filter.text]);
  const apply = (changes: Record<string, string | undefined>) => go(addressWith(place, changes));
  const shown = (name: string, value: string) => value.split(",").map((word) => (name === "actor" || name === "dyad" ? actorName(word) : words(word))).join(name === "dyad" ? " – " : ", ");
  const [isOpen, setOpen] = useState(() => !matchMedia("(max-width: 55rem)").matches || !!filter.when || !!filter.text);
  return (
    <details class="side" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
    <summary>Filter{Object.keys(filter).length > 0 ? ` (${Object.keys(filter).length})` : ""}</summary>
    <form class="filter" role="search" aria-label="Filter events" onSubmit={(event) => { event.preventDefault(); apply({ when: rule.trim(), text: text.trim() }); }}>
      <label class="filter-text">Text
        <input type="search" value={text} placeholder="in quotes, titles, names" onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <label class="filter-rule">Rule
        <input type="text" value={rule} spellcheck={false} autocomplete="off" autocapitalize="off" placeholder="type = training and actor in (UZB, KAZ)" aria-invalid={problem?.parameter === "when"} onInput={(event) => setRule(event.currentTarget.value)} />
      </label>
      <label>Since <input type="date" value={dayOf(filter.since)} onChange={(event) => apply({ since: event.currentTarget.value })} /></label>
      <label>Until <input type="date" value={dayOf(filter.until)} onChange={(event) => apply({ until: event.currentTarget.value })} /></label>
      <button type="submit">Show</button>
      {Object.keys(filter).length > 0 && (
        <ul class="chips" aria-label="What is filtered by">
          {Object.entries(filter).map(([name, value]) => (
            <li key={name}>
              <a href={addressWith(place, { [name]: undefined })} aria-label={`Do not filter by ${LABELS[name]} ${shown(name, value)}`}>
                {LABELS[name]}: {shown(name, value)} <span aria-hidden="true">×</span>
              </a>
            </li>
          ))}
          <li><a href={place.path}>all events</a></li>
        </ul>
      )}
      <RuleMistake text={filter.when ?? ""} problem={problem} />
    </form>
    </details>
  );
}
