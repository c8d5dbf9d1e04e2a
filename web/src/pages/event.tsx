/* Event: what is known of it, whose words say so, who contradicts, how it came to be, and what a person makes of it. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { command, type EventPage, type EventRecord, type EventRow, type Evidence, type Me, type Revision, type Source, type Telling } from "../api";
import type { ViewProperties } from "../main";
import { ActorLink, Badge, mayCorrect, Outside, ProblemNote, Time, Title, useAction, useAnswer, useChanges, Waiting } from "../parts";
import { actorName, dateText, equipmentText, headlineText, publishedText, quantityText, segmentsOf, sentenceAround, stepText, timeText, words } from "../text";
import { useStatuses, useVocabulary } from "../vocabulary";

/** The fields of a record as people read them, with the name by which evidence and corrections know each. */
function valuesOf(event: EventRecord): { field: string; title: string; text: string; shown?: ComponentChildren }[] {
  const list = (texts: (string | undefined)[]) => texts.filter(Boolean).join("; ");
  return [
    { field: "type", title: "Type", text: words(event.type) + (event.subtype ? ` / ${words(event.subtype)}` : "") },
    { field: "status", title: "Status", text: words(event.status) },
    { field: "modality", title: "Modality", text: words(event.modality) },
    { field: "scope", title: "Scope", text: words(event.scope) },
    {
      field: "actors", title: "Parties", text: list([...new Set((event.actors ?? []).map((actor) => `${actorName(actor.id)} (${words(actor.role)})`))]),
      shown: <ul class="plain-list">{(event.actors ?? []).map((actor) => <li key={actor.id + actor.role}><ActorLink id={actor.id} /> <span class="faint">{words(actor.role)}{actor.unit ? `, ${actor.unit}` : ""}</span></li>)}</ul>,
    },
    { field: "date", title: "Date", text: dateText(event.date) },
    { field: "places", title: "Places", text: list((event.places ?? []).map((place) => `${place.name ?? place.raw ?? ""}${place.country ? ` (${actorName(place.country)})` : ""}`)) },
    { field: "equipment", title: "Equipment", text: list((event.equipment ?? []).map(equipmentText)) },
    { field: "quantities", title: "Quantities", text: list((event.quantities ?? []).map(quantityText)) },
    { field: "name", title: "Name", text: event.name ?? "" },
    { field: "programme", title: "Programme", text: event.programme ?? "" },
    { field: "tags", title: "Tags", text: list((event.tags ?? []).map(words)) },
    { field: "cited", title: "Cited", text: list((event.cited ?? []).map((one) => `${one.name ?? one.raw ?? ""} (${words(one.kind)})`.trim())) },
    { field: "steps", title: "Steps", text: (event.steps ?? []).length > 1 ? list((event.steps ?? []).map(stepText)) : "" }, // one alone is the status
  ].filter((row) => row.text);
}
/* Evidence names fields as the coder does: "actors", "actor.UZB", "equipment"… */
const supports = (evidence: Evidence, field: string) => evidence.field === field || evidence.field.startsWith(field.replace(/s$/, ""));

/* How far a deed is and who vouches for it stands in the clause that tells of it, and is in no other words. */
const OF_THE_CLAUSE = ["status", "modality", "scope"] as const;
/* What is called so is called so in the text. */
const CALLED = ["name", "programme"] as const;

function whereCalled(name: string, field: string, tellings: Telling[]): Evidence[] {
  const sizeOf = (text: string) => new TextEncoder().encode(text).length;
  for (const telling of tellings)
    for (const [where, text] of [["title", telling.item[0]?.title ?? ""], ["body", telling.item[0]?.body ?? ""]]) {
      const at = text.indexOf(name), start = sizeOf(text.slice(0, at));
      if (at >= 0) return [{ field, quote: name, start, end: start + sizeOf(name), in: where === "title" ? where : undefined, report: telling.report[0]?.id }];
    }
  return [];
}

/* The clauses in which these reports tell of the deed: the event itself quotes those of one report only. */
const clausesOf = (reports: Telling["report"]): Evidence[] =>
  reports.flatMap((report) => (report.evidence ?? []).filter((one) => one.field === "type").map((one) => ({ ...one, report: report.id })));

/* A step that was the latest when it was told stands in the clause of its report; those before it the report quotes as steps. */
function wordsOfSteps(event: EventRecord, tellings: Telling[]): Evidence[] {
  const reports = tellings.flatMap((telling) => telling.report);
  const latest = (event.steps ?? []).flatMap((step) => reports.filter((report) => report.id === step.report && report.status === step.status));
  return clausesOf(latest);
}

function wordsFor(event: EventRecord, field: string, tellings: Telling[]): Evidence[] {
  if (field === "steps") return [...(event.evidence ?? []).filter((one) => one.field === "steps"), ...wordsOfSteps(event, tellings)];
  const own = (event.evidence ?? []).filter((one) => supports(one, field)), asked = OF_THE_CLAUSE.find((one) => one === field), called = CALLED.find((one) => one === field);
  if (own.length === 0 && called && event[called]) return whereCalled(event[called]!, field, tellings);
  if (own.length > 0 || !asked) return own;
  return clausesOf(tellings.flatMap((telling) => telling.report).filter((report) => report[asked] === event[asked]));
}

export function Marked({ text, evidence, inTitle }: { text: string; evidence: Evidence[]; inTitle?: boolean }) {
  const own = evidence.filter((one) => (one.in === "title") === !!inTitle);
  return (
    <>
      {segmentsOf(text, own).map((segment, index) =>
        segment.fields.length > 0 ? <mark key={index} class={segment.fields.length > 1 ? "evidence is-word" : "evidence"} title={segment.fields.map(words).join(", ")}>{segment.text}</mark> : segment.text)}
    </>
  );
}

interface Cited { text: string; spans: Evidence[]; publisher?: string; item?: string }
const CITED_SHOWN = 3;

/** The sentences in which the words stand that say so, with the words marked; a quote alone where its article is stored no more. */
function citedOf(evidence: Evidence[], tellings: Telling[]): Cited[] {
  const found = new Map<string, Cited>();
  for (const one of evidence) {
    const telling = tellings.find((other) => other.report.some((report) => report.id === one.report)) ?? (tellings.length === 1 ? tellings[0] : undefined);
    const item = telling?.item[0], whole = (one.in === "title" ? item?.title : item?.body) ?? "";
    const bytes = new TextEncoder().encode(whole), decoder = new TextDecoder();
    if (decoder.decode(bytes.subarray(one.start, one.end)) !== one.quote) {
      found.set(one.quote, { text: one.quote, spans: [] });
      continue;
    }
    const [from, to] = sentenceAround(whole, one.start, one.end), key = `${item?.id} ${one.in} ${from}`;
    const cited = found.get(key) ?? { text: decoder.decode(bytes.subarray(from, to)), spans: [], publisher: item?.publisher ?? item?.source, item: item?.id };
    cited.spans.push({ ...one, in: undefined, start: one.start - from, end: one.end - from });
    found.set(key, cited);
  }
  return [...found.values()];
}

function CitedLine({ cited }: { cited: Cited }) {
  return <li><q dir="auto"><Marked text={cited.text} evidence={cited.spans} /></q>{cited.item && <> <a class="cite" href={`/item/${cited.item}`}>{cited.publisher}</a></>}</li>;
}

/** A field's present value in the notation in which it is set. */
function notationOf(event: EventRecord, field: string): string {
  const date = event.date;
  switch (field) {
    case "actors": return (event.actors ?? []).map((actor) => `${actor.id}:${actor.role}`).join(", ");
    case "tags": return (event.tags ?? []).join(", ");
    case "date": return !date?.start ? "" : date.end === date.start ? date.start : `${date.start}/${date.end ?? ""}`;
    case "places": return (event.places ?? []).map((place) => [place.name ?? place.raw, place.country].filter(Boolean).join(":")).join("; ");
    case "quantities": return (event.quantities ?? []).map((one) => [one.kind, one.value, one.unit].filter((part) => part != null && part !== "").join(" ")).join("; ");
    case "equipment": return (event.equipment ?? []).map((one) => (one.count != null ? `${one.count} ` : "") + [one.name, one.unroca, one.sipri].filter(Boolean).join(":")).join("; ");
    default: return String((event as unknown as Record<string, unknown>)[field] ?? "");
  }
}

/** Why no words stand beside a value, or none that say it: "" where the articles' own say it. */
function whyOtherwise(event: EventRecord, field: string, cited: Cited[], tellings: Telling[]): string {
  const fields = field === "type" ? ["type", "subtype"] : [field];
  const set = [...(event.corrections ?? [])].reverse().find((one) => one.kind === "set" && fields.includes(one.field ?? ""));
  if (set) return `Set by ${set.author ?? "a person"}${cited.length > 0 ? "; the articles say:" : "; no article says so."}`;
  if (cited.length > 0) return "";
  return (event.sources?.length ?? 0) > tellings.length ? "Said by an article that is not shown here." : "Its report names no words for it.";
}

/** What is to be corrected next, as a row of the values asks for it. */
interface Wanted { field: string }

function Values({ event, tellings, onCorrect }: { event: EventRecord; tellings: Telling[]; onCorrect?: (wanted: Wanted) => void }) {
  const settable = useVocabulary()?.settable ?? [];
  return (
    <table class="values cards">
      <caption>Values and the words that say so</caption>
      <thead><tr><th scope="col">Field</th><th scope="col">Value</th><th scope="col">In whose words</th></tr></thead>
      <tbody>
        {valuesOf(event).map((row) => {
          const cited = citedOf(wordsFor(event, row.field, tellings), tellings);
          const shown = OF_THE_CLAUSE.some((one) => one === row.field) ? 1 : CITED_SHOWN; // it stands beside the type already
          const otherwise = whyOtherwise(event, row.field, cited, tellings);
          const conflicts = (event.conflicts ?? []).filter((one) => one.field === row.field);
          return (
            <tr key={row.field}>
              <th scope="row">{row.title}</th>
              <td>
                {row.shown ?? row.text}
                {onCorrect && settable.some(({ name }) => name === row.field) && <> <button type="button" class="plain correct-row" aria-label={`Correct ${row.title.toLowerCase()}`} title="Correct" onClick={() => onCorrect({ field: row.field })}>✎</button></>}
                {conflicts.map((conflict, index) => <div key={index} class="conflict">another report: {words(conflict.value.replace(/^\S+/, (id) => actorName(id)))}</div>)}
              </td>
              <td class="wide">
                {otherwise && <p class="faint">{otherwise}</p>}
                <ul class="plain-list">{cited.slice(0, shown).map((one, index) => <CitedLine key={index} cited={one} />)}</ul>
                {cited.length > shown && <details><summary class="more">{cited.length - shown} more</summary><ul class="plain-list">{cited.slice(shown).map((one, index) => <CitedLine key={index} cited={one} />)}</ul></details>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** What an article says around its evidence, and the whole of it when asked for. */
function Article({ telling }: { telling: Telling }) {
  const item = telling.item[0], report = telling.report[0];
  const evidence = report?.evidence ?? [];
  if (!item) return <li class="telling"><p class="faint">The article is no longer stored.</p></li>;
  return (
    <li class="telling">
      <h3 dir="auto"><Outside url={item.url}><Marked text={item.title || item.url || item.id} evidence={evidence} inTitle /></Outside></h3>
      <p class="faint">{item.publisher ?? item.source} · {item.class} · {publishedText(item.published, item.published_precision)} · <a href={`/item/${item.id}`}>all that was read in it</a></p>
      {report && <p>{[words(report.type), words(report.status), words(report.modality), dateText(report.date), (report.actors ?? []).map((actor) => actorName(actor.id)).join(", ")].filter(Boolean).join(" · ")}</p>}
      <div class="article" dir="auto" lang={item.language} tabIndex={0} role="region" aria-label={`Text of ${item.title ?? "the article"}`}><Marked text={item.body ?? ""} evidence={evidence} /></div>
    </li>
  );
}

/** Those whose articles the daemon does not hand out with the event, because there are so many. */
function FurtherSources({ sources }: { sources: Source[] }) {
  if (sources.length === 0) return null;
  return (
    <details>
      <summary>{sources.length} more {sources.length === 1 ? "article tells" : "articles tell"} of it</summary>
      <ul class="plain-list">{sources.map((source, index) => <li key={index}><a href={`/item/${source.item}`} dir="auto">{source.title || source.url || source.item}</a> <span class="faint">{[source.publisher, source.class, publishedText(source.published, undefined)].filter(Boolean).join(" · ")}</span></li>)}</ul>
    </details>
  );
}

/** Where reports differ, side by side. */
function Differences({ tellings }: { tellings: Telling[] }) {
  const reports = tellings.map((telling) => telling.report[0]).filter(Boolean);
  if (reports.length < 2) return null;
  const tables = reports.map((report) => new Map(valuesOf(report).map((row) => [row.field, row])));
  const fields = [...new Set(tables.flatMap((table) => [...table.keys()]))];
  const shown = tellings.filter((telling) => telling.report[0]);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Reports side by side">
      <table class="compare">
        <caption>Reports side by side</caption>
        <thead><tr><th scope="col">Field</th>{shown.map((telling, index) => <th scope="col" key={index}>{telling.item[0]?.publisher ?? "?"}</th>)}</tr></thead>
        <tbody>
          {fields.map((field) => {
            const texts = tables.map((table) => table.get(field)?.text ?? "");
            const differs = new Set(texts.filter(Boolean).map((text) => text.split("; ").sort().join("; "))).size > 1; // in whatever order they name things
            return <tr key={field} class={differs ? "differs" : ""}><th scope="row">{words(field)}</th>{texts.map((text, index) => <td key={index}>{text || "–"}</td>)}</tr>;
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Whether a reason says why the event is linked with that other one; they name it by the beginning of its id. */
const isOfLink = (text: string, id: string) => text.includes(` ${id.slice(0, 12)}`);
const linksOf = (event: EventRecord) => [...new Set([event.parent, ...(event.related ?? [])].filter((id): id is string => !!id))];
const LINKS_SHOWN = 12;

function LinkedEvent({ id, event, tellings }: { id: string; event: EventRecord; tellings: Telling[] }) {
  const page = useAnswer<EventPage>(`events/${encodeURIComponent(id)}`);
  const isParent = id === event.parent, other = page.value?.event;
  const reason = (event.reasons ?? []).find((one) => isOfLink(one.text, id))?.text.replace(/^[^:]*: /, "");
  const quoted = isParent ? citedOf((event.evidence ?? []).filter((one) => one.field === "parent"), tellings) : [];
  return (
    <li>
      <b>{isParent ? "Part of" : "Linked with"}</b> <a href={`/event/${id}`} dir="auto">{other ? headlineText(other) : page.problem ? id : "…"}</a>
      {other && <span class="faint"> {[words(other.type), words(other.status), dateText(other.date)].filter(Boolean).join(" · ")}{page.value?.state === "withdrawn" && " · withdrawn"}</span>}
      <div class="faint">{reason ?? "told in the same article"}</div>
      {quoted.length > 0 && <ul class="plain-list">{quoted.slice(0, CITED_SHOWN).map((one, index) => <CitedLine key={index} cited={one} />)}</ul>}
    </li>
  );
}

/** What the event is a part of, and what else tells of the same matter, with why the desk thinks so. */
function Links({ event, tellings }: { event: EventRecord; tellings: Telling[] }) {
  const links = linksOf(event);
  if (links.length === 0) return null;
  return (
    <section aria-labelledby="links">
      <h2 id="links">Linked events</h2>
      <ul class="plain-list links">{links.slice(0, LINKS_SHOWN).map((id) => <LinkedEvent key={id} id={id} event={event} tellings={tellings} />)}</ul>
      {links.length > LINKS_SHOWN && <p class="faint">and {links.length - LINKS_SHOWN} more</p>}
    </section>
  );
}

function Revisions({ revisions }: { revisions: Revision[] }) {
  return (
    <ol class="revisions is-timeline">
      {revisions.map((revision) => (
        <li key={revision.revision} class="step">
          <time class="faint" dateTime={new Date(revision.made).toISOString()}>{timeText(revision.made)}</time>
          <div>{revision.changes.length > 0 ? revision.changes.map(words).join(", ") : "first told"}{revision.status && <> → <b>{words(revision.status)}</b></>}</div>
        </li>
      ))}
    </ol>
  );
}

/** What an event is likely to be the same as: of its type, between two of its parties. */
function useCandidates(event: EventRecord): EventRow[] {
  const parties = [...new Set((event.actors ?? []).filter((actor) => actor.role !== "observer").map((actor) => actor.id))];
  const filter = parties.length > 1 ? { dyad: parties.slice(0, 2).join() } : { actor: parties[0] };
  const answer = useAnswer<{ events: EventRow[] }>(parties.length > 0 ? "events" : null, { ...filter, type: event.type, limit: 20 });
  return (answer.value?.events ?? []).filter((one) => one.id !== event.id);
}

/** Confirm, reject, merge, split, set: each a command of the daemon in the name of who is logged in. */
export function Correct({ page, onDone, wanted }: { page: EventPage; onDone: () => void; wanted?: Wanted }) {
  const action = useAction();
  const [field, setField] = useState("status");
  const [value, setValue] = useState("");
  const [note, setNote] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const choose = (name: string) => {
    setField(name);
    setValue(notationOf(page.event, name));
  };
  useEffect(() => {
    if (!wanted) return;
    choose(wanted.field);
    form.current?.scrollIntoView({ block: "center" });
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("label:nth-of-type(2) input, label:nth-of-type(2) select")?.focus());
  }, [wanted]);
  const [other, setOther] = useState("");
  const [chosen, setChosen] = useState<string[]>([]);
  const settable = useVocabulary()?.settable ?? [];
  const { words: statuses } = useStatuses(field === "subtype" ? page.event.type : field);
  const id = page.event.id;
  const candidates = useCandidates(page.event);
  const run = (name: string, values: Record<string, unknown> = {}, target = id) =>
    action.run(() => command(name, target, note.trim() ? { ...values, note: note.trim() } : values), () => {
      setNote("");
      onDone();
    });
  const corrections = page.event.corrections ?? [];
  return (
    <section class="correct" aria-labelledby="correct">
      <h2 id="correct">Correct</h2>
      {page.event.verdict && <p>Judged: <b>{words(page.event.verdict)}</b></p>}
      <p class="buttons">
        <button type="button" disabled={action.isBusy} onClick={() => run("event-confirm", {})}>Confirm</button>
        <button type="button" disabled={action.isBusy} onClick={() => run("event-reject", {})}>Reject</button>
      </p>
      <form ref={form} class="inline" onSubmit={(event) => { event.preventDefault(); run("event-set", { set: [`${field}=${value}`] }); }}>
        <label>Set <select value={field} onChange={(event) => choose(event.currentTarget.value)}>{settable.map(({ name }) => <option key={name} value={name}>{words(name)}</option>)}</select></label>
        <label>to {statuses.length > 0
          ? <select value={value} required onChange={(event) => setValue(event.currentTarget.value)}><option value="">choose…</option>{statuses.map((word) => <option key={word} value={word}>{words(word)}</option>)}</select>
                    : <input value={value} required aria-describedby="set-help" onInput={(event) => setValue(event.currentTarget.value)} />}</label>
        <button type="submit" disabled={action.isBusy}>Set</button>
        <span id="set-help" class="faint">{settable.find(({ name }) => name === field)?.help}</span>
      </form>
      <form class="inline merge" onSubmit={(event) => { event.preventDefault(); run("event-merge", { other: other.trim() }); }}>
        <label>Is the same as event <input value={other} required minLength={6} placeholder="its id" list="candidates" onInput={(event) => setOther(event.currentTarget.value)} /></label>
        <datalist id="candidates">{candidates.map((one) => <option key={one.id} value={one.id}>{`${headlineText(one)} (${dateText(one.date) || (one.last_seen ?? "").slice(0, 10)})`}</option>)}</datalist>
        <button type="submit" disabled={action.isBusy}>Merge</button>
      </form>
      {page.told_by.length > 1 && (
        <form onSubmit={(event) => { event.preventDefault(); run("event-split", { reports: chosen }); }}>
          <fieldset>
            <legend>Belongs to another event</legend>
            {page.told_by.map((telling) => {
              const report = telling.report[0];
              return report && (
                <label key={report.id} class="check"><input type="checkbox" checked={chosen.includes(report.id)} onChange={(event) => setChosen(event.currentTarget.checked ? [...chosen, report.id] : chosen.filter((one) => one !== report.id))} /> {telling.item[0]?.title ?? report.id}</label>
              );
            })}
            <button type="submit" disabled={action.isBusy || chosen.length === 0}>Split off</button>
          </fieldset>
        </form>
      )}
      <label class="note">Note, kept with what you do <input value={note} maxLength={500} onInput={(event) => setNote(event.currentTarget.value)} /></label>
      {action.shown}
      {corrections.length > 0 && (
        <>
          <h3>In force</h3>
          <ul class="plain-list corrections">
            {corrections.map((one) => (
              <li key={one.number}>
                <b>{words(one.kind)}</b> {words(one.field)}{one.value && <> to <b>{words(one.value)}</b></>}{one.was && <span class="faint"> (was {words(one.was)})</span>} <span class="faint">by {one.author} <Time value={one.made} /></span> {one.note && <q dir="auto">{one.note}</q>} 
                <button type="button" class="plain" disabled={action.isBusy} aria-label={`Undo ${words(one.kind)} ${words(one.field)}`} onClick={() => run("event-undo", {}, String(one.number))}>Undo</button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Content({ page, me, onDone }: { page: EventPage; me: Me; onDone: () => void }) {
  const { event } = page;
  const [wanted, setWanted] = useState<Wanted>();
  const links = linksOf(event), reasons = (event.reasons ?? []).filter((reason) => !links.some((id) => isOfLink(reason.text, id)));
  const publishers = [...new Set(page.told_by.map((telling) => telling.item[0]?.publisher).filter(Boolean))];
  return (
    <>
      <Title aside={<><Badge kind={event.modality ?? "none"}>{words(event.modality)}</Badge> <span>confidence {(event.confidence ?? 0).toFixed(2)}</span></>}><span dir="auto" title={page.headline}>{headlineText(event)}</span></Title>
      {page.state === "withdrawn" && <p class="problem">No report tells of this event any more.</p>}
      {page.asked !== event.id && !event.id.startsWith(page.asked) && <p class="done">{page.asked} was merged into this event.</p>}
      <p class="faint">{event.independent_sources ?? 1} independent source{(event.independent_sources ?? 1) === 1 ? "" : "s"}{publishers.length > 0 && ` (${publishers.join(", ")})`} · first seen <Time value={event.first_seen} /> · last <Time value={event.last_seen} /> · id <code>{event.id}</code></p>
      <div class="two">
        <div>
          <Values event={event} tellings={page.told_by} onCorrect={mayCorrect(me) ? setWanted : undefined} />
        </div>
        <section aria-labelledby="history">
          <h2 id="history">How it came to be</h2>
          <Revisions revisions={page.revisions} />
          <Links event={event} tellings={page.told_by} />
          {reasons.length > 0 && (
            <details class="why-confidence"><summary>Why this confidence</summary><ul>{reasons.map((reason, index) => <li key={index}>{reason.weight != null && <span class="count">{reason.weight > 0 ? "+" : ""}{reason.weight.toFixed(2)} </span>}{reason.text}</li>)}</ul></details>
          )}
          {mayCorrect(me) && <Correct page={page} onDone={onDone} wanted={wanted} />}
        </section>
      </div>
      <Differences tellings={page.told_by} />
      <section aria-labelledby="told">
        <h2 id="told">Told by</h2>
        <ul class="tellings">{page.told_by.map((telling, index) => <Article key={index} telling={telling} />)}</ul>
        <FurtherSources sources={(event.sources ?? []).slice(page.told_by.length)} />
      </section>
    </>
  );
}

export function EventView({ id, me }: ViewProperties) {
  const [again, setAgain] = useState(0);
  const page = useAnswer<EventPage>(`events/${encodeURIComponent(id)}`, {}, again);
  useChanges((change) => change.event === page.value?.event.id && setAgain((was) => was + 1));
  return (
    <>
      <ProblemNote problem={page.problem} />
      <Waiting when={!page.value && page.isAsking} />
      {page.value && <Content page={page.value} me={me} onDone={() => setAgain(again + 1)} />}
    </>
  );
}
