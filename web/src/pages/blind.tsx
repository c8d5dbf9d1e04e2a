/* Blind: an event is coded again from its articles alone; only then is shown what the machine had, and how far both agree. */
import { useMemo, useState } from "preact/hooks";
import { command, type EventPage, type EventRow, type Me } from "../api";
import { ProblemNote, Title, useAction, useAnswer, usePages, Waiting } from "../parts";
import { allCountries, actorName, publishedText, words } from "../text";
import { useVocabulary } from "../vocabulary";

interface Field { field: string; value: string; machine: string; agrees: boolean }
interface Agreement { fields: { field: string; codings: number; agreed: number; kappa: number | null }[]; coded: string[] }
/** As `event-set` takes it; a coded list of parties is "GBR supplier; KEN recipient", there it is "GBR:supplier,KEN:recipient". */
const setting = (field: Field) => `${field.field}=${field.field === "actors" ? field.value.split("; ").map((one) => one.replace(" ", ":")).join(",") : field.value}`;
const SETTABLE = ["subtype", "status", "modality", "scope", "actors", "date"];

/** The articles as a reader has them: nothing marked, no headline of ours. */
function Articles({ id }: { id: string }) {
  const page = useAnswer<EventPage>(`events/${id}`);
  return (
    <>
      <ProblemNote problem={page.problem} />
      <Waiting when={!page.value && page.isAsking} />
      {page.value?.told_by.map((telling, index) => telling.item[0] && (
        <article key={index}>
          <h2 dir="auto">{telling.item[0].title}</h2>
          <p class="faint">{telling.item[0].publisher} · published {publishedText(telling.item[0].published, telling.item[0].published_precision)}</p>
          <div class="article" dir="auto" lang={telling.item[0].language} tabIndex={0} role="region" aria-label={`Text of ${telling.item[0].title ?? "the article"}`}>{telling.item[0].body}</div>
        </article>
      ))}
    </>
  );
}

function Choice({ name, value, options, onChange }: { name: string; value: string; options: string[]; onChange: (value: string) => void }) {
  return (
    <label>{words(name)}
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">not stated</option>
        {options.map((word) => <option key={word} value={word}>{words(word)}</option>)}
      </select>
    </label>
  );
}

function CodingForm({ id, onCoded }: { id: string; onCoded: (fields: Field[]) => void }) {
  const vocabulary = useVocabulary();
  const [values, setValues] = useState<Record<string, string>>({ type: "", subtype: "", status: "", modality: "", scope: "current", date: "" });
  const [parties, setParties] = useState<string[]>([]);
  const [party, setParty] = useState(""), [role, setRole] = useState("participant");
  const action = useAction();
  const list = (name: string) => (vocabulary?.[name] as string[] | undefined) ?? [];
  const set = (name: string, value: string) => setValues({ ...values, [name]: value, ...(name === "type" ? { subtype: "" } : {}) });
  const put = () => action.run(async () => {
    const result = await command("coding-put", id, { values: { ...values, actors: parties.join("; ") } });
    onCoded(result.fields as Field[]);
    return { text: "Kept." };
  });
  const countries = useMemo(() => allCountries().map((code) => [code, actorName(code)]).sort((a, b) => a[1].localeCompare(b[1])), []);
  return (
    <form class="coding" aria-label="What the articles tell" onSubmit={(event) => { event.preventDefault(); put(); }}>
      <Choice name="type" value={values.type} options={list("type")} onChange={(value) => set("type", value)} />
      <Choice name="subtype" value={values.subtype} options={vocabulary?.subtypes[values.type] ?? []} onChange={(value) => set("subtype", value)} />
      <Choice name="status" value={values.status} options={list("status")} onChange={(value) => set("status", value)} />
      <Choice name="modality" value={values.modality} options={list("modality")} onChange={(value) => set("modality", value)} />
      <Choice name="scope" value={values.scope} options={list("scope")} onChange={(value) => set("scope", value)} />
      <label>date <input value={values.date} placeholder="2024-05-19 or START/END" pattern="[0-9\-\/]*" onInput={(event) => set("date", event.currentTarget.value)} /></label>
      <fieldset>
        <legend>parties</legend>
        <ul class="chips">{parties.map((one) => <li key={one}>{one} <button type="button" class="plain" aria-label={`Take ${one} out`} onClick={() => setParties(parties.filter((other) => other !== one))}>×</button></li>)}</ul>
        <input list="parties" value={party} aria-label="Party" placeholder="UZB, ORG:NATO" onInput={(event) => setParty(event.currentTarget.value)} />
        <datalist id="parties">{countries.map(([code, name]) => <option key={code} value={code}>{name}</option>)}</datalist>
        <select value={role} aria-label="Role" onChange={(event) => setRole(event.currentTarget.value)}>{list("role").map((word) => <option key={word} value={word}>{words(word)}</option>)}</select>
        <button type="button" disabled={party.trim().length < 3} onClick={() => { setParties([...new Set([...parties, `${party.trim()} ${role}`])]); setParty(""); }}>Add</button>
      </fieldset>
      <button type="submit" disabled={action.isBusy || !values.type}>Compare with the machine</button>
      {action.shown}
    </form>
  );
}

function Comparison({ id, fields, onNext }: { id: string; fields: Field[]; onNext: () => void }) {
  const action = useAction();
  const differing = fields.filter((field) => !field.agrees && SETTABLE.includes(field.field) && field.value);
  const takeMine = () => action.run(async () => {
    if (differing.length > 0) await command("event-set", id, { set: differing.map(setting), note: "second coding" });
    return command("event-confirm", id, { note: "second coding" });
  });
  return (
    <section aria-labelledby="compared">
      <h2 id="compared">Compared</h2>
      <table class="rows">
        <thead><tr><th scope="col">Field</th><th scope="col">You</th><th scope="col">The machine</th><th scope="col">Agree</th></tr></thead>
        <tbody>{fields.map((field) => <tr key={field.field} class={field.agrees ? "" : "differs"}><th scope="row">{words(field.field)}</th><td>{words(field.value) || "–"}</td><td>{words(field.machine) || "–"}</td><td>{field.agrees ? "yes" : "no"}</td></tr>)}</tbody>
      </table>
      <p class="buttons">
        <button type="button" onClick={onNext}>Next event</button>
        <button type="button" disabled={action.isBusy} onClick={takeMine}>{differing.length > 0 ? `Take mine for ${differing.map((field) => words(field.field)).join(", ")}, and confirm` : "Confirm the event"}</button>
        <a href={`/event/${id}`}>Open the event</a>
      </p>
      <p class="faint">What is confirmed and corrected becomes labels: <code>entente export --format gold</code>.</p>
      {action.shown}
    </section>
  );
}

function AgreementTable({ agreement }: { agreement: Agreement }) {
  if (agreement.fields.length === 0) return <p class="faint">Nothing has been coded yet.</p>;
  return (
    <table class="rows narrow">
      <caption>Agreement of all coders with the machine</caption>
      <thead><tr><th scope="col">Field</th><th scope="col">Codings</th><th scope="col">Agreed</th><th scope="col">Cohen's kappa</th></tr></thead>
      <tbody>{agreement.fields.map((row) => <tr key={row.field}><th scope="row">{words(row.field)}</th><td class="number">{row.codings}</td><td class="number">{((100 * row.agreed) / row.codings).toFixed(0)} %</td><td class="number">{row.kappa === null ? "–" : row.kappa.toFixed(2)}</td></tr>)}</tbody>
    </table>
  );
}

export function Blind({ me }: { me: Me }) {
  const [again, setAgain] = useState(0);
  const pages = usePages<EventRow>({ path: "events", parameters: { order: "number", direction: "descending", scope: "current" } }, "events");
  const mine = useAnswer<Agreement>("agreement", { author: me.name });
  const all = useAnswer<Agreement>("agreement", {}, again);
  const [done, setDone] = useState<string[]>([]);
  const [coded, setCoded] = useState<{ id: string; fields: Field[] } | null>(null);
  const coded_before = new Set([...(mine.value?.coded ?? []), ...done]);
  const event = mine.value && pages.rows.find((row) => !coded_before.has(row.id) || row.id === coded?.id);
  const next = () => {
    if (coded) setDone([...done, coded.id]);
    setCoded(null);
    if (pages.rows.length - coded_before.size < 5) pages.more();
  };
  return (
    <>
      <Title aside={<a href="/review">Judge by keys instead</a>}>Code blind</Title>
      <ProblemNote problem={pages.problem ?? mine.problem} />
      <Waiting when={pages.isLoading} />
      {event ? (
        <div class="two" key={event.id}>
          <div><Articles id={event.id} /></div>
          <div>{coded?.id === event.id ? <Comparison id={event.id} fields={coded.fields} onNext={next} /> : <CodingForm id={event.id} onCoded={(fields) => { setCoded({ id: event.id, fields }); setAgain(again + 1); }} />}</div>
        </div>
      ) : !pages.isLoading && mine.value && <p class="faint">You have coded all there is.</p>}
      {all.value && <AgreementTable agreement={all.value} />}
    </>
  );
}
