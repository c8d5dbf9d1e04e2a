/* Watches: what each wants and has raised; writing a rule with completion, its mistakes at their place, a trial over the archive, and
 * saving it as a watch. */
import { useEffect, useRef, useState } from "preact/hooks";
import { command, get, type Problem } from "../api";
import { RuleMistake } from "../filter";
import type { ViewProperties } from "../main";
import { mayCorrect, ProblemNote, Title, useAction, useAnswer, Waiting } from "../parts";
import { allCountries } from "../text";
import { useVocabulary } from "../vocabulary";

interface Watch { name: string; when: string; enabled: boolean; to: string[]; on: string[]; saved: boolean }
interface Status { daemon: { reloads: number; last_reload?: string }; watches?: Watch[]; instances?: { name: string; kind: string }[] }
interface Draft { name: string; to: string[]; on: string[] }

const NEW: Draft = { name: "", to: [], on: ["new"] };
const LOOKS = 60, LOOK_MS = 500; /* how often it is asked whether the daemon has reloaded */
interface Trial { hits: { event: string | null; reason: string; headline: string; why: string }[]; revisions: number; more: boolean }

/** What the word at the cursor may become, and what the term that it belongs to means. */
function useCompletion(text: string, at: number) {
  const vocabulary = useVocabulary();
  const rules = vocabulary?.rules;
  const before = text.slice(0, at), word = /[A-Za-z_]*$/.exec(before)?.[0] ?? "";
  if (!rules) return { word, options: [] as string[], help: undefined };
  /* After "type =" or "type in (a," the words of that term; elsewhere the terms themselves. */
  const name = /([a-z_]+)\s*(?:=|!=|->|<=?|>=?|~|!~|(?:not\s+)?in\s*\([^)]*)\s*[A-Za-z_]*$/.exec(before)?.[1];
  const term = rules.terms.find((one) => one.name === name);
  const parties = [...allCountries(), ...rules.regions.map((region) => region.name), ...rules.groups.map((group) => group.name)];
  const values = !term ? [] : term.values === "words" ? term.words : term.values === "parties" || term.values === "regions" ? parties : [];
  const all = term ? values : [...rules.terms.map((one) => one.name), ...rules.keywords];
  const options = [...new Set(all)].filter((one) => one.startsWith(word) && one !== word).slice(0, 12);
  return { word, options: term || word ? options : [], help: term ?? rules.terms.find((one) => one.name === word) };
}

function RuleEditor({ rule, onChange, problem }: { rule: string; onChange: (rule: string) => void; problem?: Problem }) {
  const box = useRef<HTMLTextAreaElement>(null);
  const [at, setAt] = useState(rule.length);
  const { word, options, help } = useCompletion(rule, at);
  const complete = (option: string) => {
    onChange(rule.slice(0, at - word.length) + option + rule.slice(at));
    const next = at - word.length + option.length;
    setAt(next);
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(next, next);
    });
  };
  return (
    <>
      <label for="rule-text">Rule</label>
      <textarea id="rule-text" ref={box} rows={4} spellcheck={false} value={rule} aria-invalid={!!problem} aria-describedby="rule-help"
        onInput={(event) => { onChange(event.currentTarget.value); setAt(event.currentTarget.selectionStart); }}
        onKeyUp={(event) => setAt(event.currentTarget.selectionStart)} onClick={(event) => setAt(event.currentTarget.selectionStart)} />
      <ul class="completion" aria-label="Completions">{options.map((option) => <li key={option}><button type="button" onClick={() => complete(option)}>{option}</button></li>)}</ul>
      {help && <p class="faint" role="status"><code>{help.form ?? help.name}</code> {help.operators.join(" ")} — {help.help}. Example: <code>{help.example}</code></p>}
      <RuleMistake text={rule} problem={problem} />
    </>
  );
}

/** Gives the command, and looks until the daemon has read its configuration anew: it answers before that. */
async function changed(done: string, give: () => Promise<unknown>): Promise<{ text: string }> {
  const before = (await get<Status>("status")).daemon.reloads;
  await give();
  for (let look = 0; look < LOOKS; look++) {
    const daemon = (await get<Status>("status").catch(() => null))?.daemon; // none while the new set takes over
    if (daemon && daemon.reloads > before) {
      if (daemon.last_reload?.startsWith("reloaded")) return { text: `${done} and the daemon has taken it up.` };
      throw new Error(`${done} but: ${daemon.last_reload}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error(`${done} but the daemon has not reloaded yet.`);
}

function SaveForm({ draft, onDraft, rule, status, isRight, onDone }: { draft: Draft; onDraft: (draft: Draft) => void; rule: string; status: Status; isRight: boolean; onDone: () => void }) {
  const action = useAction();
  const sinks = (status.instances ?? []).filter((one) => one.kind === "sink").map((one) => one.name.replace(/^sink\./, ""));
  const there = status.watches?.find((watch) => watch.name === draft.name);
  const toggle = (sink: string) => onDraft({ ...draft, to: draft.to.includes(sink) ? draft.to.filter((one) => one !== sink) : [...draft.to, sink] });
  const save = () => changed(`The watch ${draft.name} is saved,`, () => command("watch-save", draft.name, { when: rule.trim(), to: draft.to, on: draft.on }));
  return (
    <form class="save-watch" onSubmit={(event) => { event.preventDefault(); action.run(save, onDone); }}>
      <label>Name <input value={draft.name} required maxLength={60} pattern="[a-z0-9][a-z0-9_\-]*" title="small letters, digits, - and _" spellcheck={false} onInput={(event) => onDraft({ ...draft, name: event.currentTarget.value })} /></label>
      <fieldset><legend>Tell it to</legend>
        {sinks.map((sink) => <label key={sink}><input type="checkbox" checked={draft.to.includes(sink)} onChange={() => toggle(sink)} /> {sink}</label>)}
        {sinks.length === 0 && <span class="faint">The configuration has no sinks: alerts are kept and shown here.</span>}
      </fieldset>
      <p class="buttons"><button type="submit" disabled={!isRight || action.isBusy || !draft.name}>{action.isBusy ? "Saving…" : there?.saved ? "Save the change" : "Save as a watch"}</button></p>
      {action.shown}
    </form>
  );
}

export function Watches({ place, me }: ViewProperties) {
  const [again, setAgain] = useState(0);
  const status = useAnswer<Status>("status", {}, again);
  const removal = useAction();
  const [leaving, setLeaving] = useState(""); // the watch whose removal waits to be said twice
  const [draft, setDraft] = useState<Draft>(NEW);
  const counts = useAnswer<{ watches: { name: string; alerts: number; behind: number }[] }>("watches", {}, again);
  const [rule, setRule] = useState(place.search.get("when") ?? "type in (arms_transfer, training) and confidence >= 0.5");
  const [problem, setProblem] = useState<Problem>();
  const [trial, setTrial] = useState<Trial>();
  const [isTrying, setTrying] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (rule.trim()) get("rule", { when: rule }).then(() => setProblem(undefined), setProblem);
    }, 250);
    return () => clearTimeout(timer);
  }, [rule]);
  const tryOut = async () => {
    setTrying(true);
    try {
      setTrial(await get<Trial>("rule/try", { when: rule }));
    } catch (error) {
      setProblem(error as Problem);
    } finally {
      setTrying(false);
    }
  };
  const edit = (watch: Watch) => {
    setRule(watch.when);
    setTrial(undefined);
    setDraft(watch.saved ? { name: watch.name, to: watch.to, on: watch.on } : { ...NEW, to: watch.to, on: watch.on });
  };
  const remove = (name: string) => {
    setLeaving("");
    removal.run(() => changed(`The watch ${name} is removed,`, () => command("watch-remove", name)), () => setAgain((was) => was + 1));
  };
  const raised = new Map((counts.value?.watches ?? []).map((watch) => [watch.name, watch]));
  return (
    <>
      <Title>Watches</Title>
      <ProblemNote problem={status.problem ?? counts.problem} />
      <Waiting when={!status.value && status.isAsking} />
      <div class="scroll">
        <table class="rows">
          <caption class="hidden">Watches</caption>
          <thead><tr><th scope="col">Watch</th><th scope="col">Wants</th><th scope="col">Alerts</th><th scope="col">To</th><th scope="col">Do</th></tr></thead>
          <tbody>
            {(status.value?.watches ?? []).map((watch) => (
              <tr key={watch.name}>
                <th scope="row">{watch.name}{!watch.enabled && <span class="faint"> (off)</span>}</th>
                <td><code class="rule">{watch.when}</code></td>
                <td class="number"><a href={`/alerts?watch=${encodeURIComponent(watch.name)}`}>{raised.get(watch.name)?.alerts ?? 0}</a></td>
                <td>{watch.to.join(", ")}</td>
                <td class="buttons">
                  <button type="button" aria-label={`${watch.saved ? "Edit" : "Edit a copy of"} ${watch.name}`} onClick={() => edit(watch)}>{watch.saved ? "Edit" : "Edit a copy"}</button>
                  {watch.saved && mayCorrect(me) && (leaving === watch.name
                    ? <button type="button" aria-label={`Really remove ${watch.name}`} onClick={() => remove(watch.name)}>Really remove</button>
                    : <button type="button" disabled={removal.isBusy} aria-label={`Remove ${watch.name}`} onClick={() => setLeaving(watch.name)}>Remove</button>)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {removal.shown}
      <section aria-labelledby="try">
        <h2 id="try">Write a rule</h2>
        <p id="rule-help" class="faint">What it would have raised over the archive is shown before anything is changed. A saved watch begins at the present; those of the configuration's own files can be copied and are changed there.</p>
        <RuleEditor rule={rule} onChange={(text) => { setRule(text); setTrial(undefined); }} problem={problem} />
        <p class="buttons"><button type="button" disabled={!!problem || isTrying || !rule.trim()} onClick={tryOut}>{isTrying ? "Trying…" : "Try it over the archive"}</button></p>
        {trial && (
          <div role="status">
            <p>{trial.more ? "More than " : ""}{trial.hits.length} alert{trial.hits.length === 1 ? "" : "s"} in {trial.revisions.toLocaleString()} revisions looked at.</p>
            <ul>{trial.hits.map((hit, index) => <li key={index}>{hit.event ? <a href={`/event/${hit.event}`} dir="auto">{hit.headline}</a> : <b>{hit.headline}</b>}<pre class="why">{hit.why}</pre></li>)}</ul>
          </div>
        )}
        {mayCorrect(me) && status.value && <SaveForm draft={draft} onDraft={setDraft} rule={rule} status={status.value} isRight={!problem && !!rule.trim()} onDone={() => setAgain((was) => was + 1)} />}
      </section>
    </>
  );
}
