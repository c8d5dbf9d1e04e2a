/* Watches: what each wants and has raised; writing a rule with completion, its mistakes at their place, a trial over the archive, and
 * saving it as a watch. */
import { useEffect, useRef, useState } from "preact/hooks";
import { command, get, type Problem } from "../api";
import { RuleMistake } from "../filter";
import type { ViewProperties } from "../main";
import { mayCorrect, ProblemNote, Title, useAction, useAnswer, Waiting } from "../parts";
import { allCountries } from "../text";
import { TrialShown, useTrial } from "../trial";
import { useVocabulary, type WatchOption } from "../vocabulary";

interface Watch { name: string; when: string; enabled: boolean; to: string[]; on: string[]; options: Record<string, string>; saved: boolean }
interface Status { daemon: { reloads: number; last_reload?: string }; watches?: Watch[]; instances?: { name: string; kind: string }[] }
interface Draft { name: string; to: string[]; on: string[]; options: Record<string, string> }

const NEW: Draft = { name: "", to: [], on: ["new"], options: {} };
const ELSEWHERE = ["when", "when_file", "to", "on"]; /* keys with a place of their own in the form, or that none may name from here */
const LOOKS = 60, LOOK_MS = 500; /* how often it is asked whether the daemon has reloaded */

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
        onKeyDown={(event) => {
          if (event.ctrlKey && event.key === " " && options.length > 0) {
            event.preventDefault();
            complete(options[0]);
          }
        }}
        onInput={(event) => { onChange(event.currentTarget.value); setAt(event.currentTarget.selectionStart); }}
        onKeyUp={(event) => setAt(event.currentTarget.selectionStart)} onClick={(event) => setAt(event.currentTarget.selectionStart)} />
      <ul class="completion" aria-label="Completions">
        {options.map((option) => <li key={option}><button type="button" onClick={() => complete(option)}>{option}</button></li>)}
        {options.length > 0 && <li class="faint"><kbd>Ctrl</kbd> <kbd>Space</kbd> takes the first</li>}
      </ul>
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

/** Which key the daemon's text is about, and at which of its characters: "digest, character 7: …". */
function placeOf(text: string): { key: string; at: number; text: string } | undefined {
  const found = /^(\w+), character (\d+): (.*)$/s.exec(text);
  return found ? { key: found[1], at: Number(found[2]) - 1, text: found[3] } : undefined;
}

/** One key of a watch, by the daemon's own table. Empty is what it is without. */
function OptionField({ option, value, mistake, onChange }: { option: WatchOption; value: string; mistake?: { at: number; text: string }; onChange: (value: string) => void }) {
  const box = useRef<HTMLInputElement>(null), id = `option-${option.name}`;
  const words = option.type === "bool" ? ["yes", "no"] : option.type === "enum" ? option.choices.split("|") : [];
  useEffect(() => {
    if (!mistake || !box.current) return;
    box.current.focus();
    box.current.setSelectionRange(mistake.at, box.current.value.length);
  }, [mistake]);
  return (
    <div class="option">
      <label for={id}>{option.name}</label>
      {words.length > 0
        ? <select id={id} value={value} aria-describedby={`${id}-help`} onChange={(event) => onChange(event.currentTarget.value)}><option value="">{option.default || "as the sink"}</option>{words.filter((word) => word !== option.default || word === value).map((word) => <option key={word} value={word}>{word}</option>)}</select>
        : <input id={id} ref={box} value={value} maxLength={900} spellcheck={false} placeholder={option.default} aria-invalid={!!mistake} aria-describedby={`${id}-help`} onInput={(event) => onChange(event.currentTarget.value)} />}
      <p id={`${id}-help`} class="faint">{option.help}</p>
      {mistake && <p class="problem" role="alert">At character {mistake.at + 1}: {mistake.text}</p>}
    </div>
  );
}

function Choices({ title, words, chosen, onToggle, none }: { title: string; words: string[]; chosen: string[]; onToggle: (word: string) => void; none?: string }) {
  return (
    <fieldset><legend>{title}</legend>
      <div class="choices">{words.map((word) => <label key={word}><input type="checkbox" checked={chosen.includes(word)} onChange={() => onToggle(word)} /> {word.replace(/_/g, " ")}</label>)}</div>
      {words.length === 0 && none && <span class="faint">{none}</span>}
    </fieldset>
  );
}
const toggledIn = (list: string[], word: string) => (list.includes(word) ? list.filter((one) => one !== word) : [...list, word]);

function SaveForm({ draft, onDraft, rule, status, isRight, onDone }: { draft: Draft; onDraft: (draft: Draft) => void; rule: string; status: Status; isRight: boolean; onDone: () => void }) {
  const action = useAction();
  const [mistake, setMistake] = useState<{ key: string; at: number; text: string }>();
  const rows = useVocabulary()?.watch_options ?? [];
  const sinks = (status.instances ?? []).filter((one) => one.kind === "sink").map((one) => one.name.replace(/^sink\./, ""));
  const there = status.watches?.find((watch) => watch.name === draft.name);
  const further = rows.filter((row) => !ELSEWHERE.includes(row.name));
  const save = async () => {
    setMistake(undefined);
    /* A key that is empty here is taken away; those that this page does not know stay as they are. */
    const options = Object.fromEntries(further.map((row) => [row.name, draft.options[row.name]?.trim() || null]));
    try {
      return await changed(`The watch ${draft.name} is saved,`, () => command("watch-save", draft.name, { when: rule.trim(), to: draft.to, on: draft.on, options }));
    } catch (problem) {
      setMistake(placeOf((problem as Error).message));
      throw problem;
    }
  };
  return (
    <form class="save-watch" onSubmit={(event) => { event.preventDefault(); action.run(save, onDone); }}>
      <label>Name <input value={draft.name} required maxLength={60} pattern="[a-z0-9][a-z0-9_\-]*" title="small letters, digits, - and _" placeholder="central-asia-arms" spellcheck={false} onInput={(event) => onDraft({ ...draft, name: event.currentTarget.value })} /></label>
      <Choices title="Tell it to" words={sinks} chosen={draft.to} none="The configuration has no sinks: alerts are kept and shown here." onToggle={(sink) => onDraft({ ...draft, to: toggledIn(draft.to, sink) })} />
      <Choices title="When an event is, or changes its" words={(rows.find((row) => row.name === "on")?.choices ?? "new").split("|")} chosen={draft.on} onToggle={(word) => onDraft({ ...draft, on: toggledIn(draft.on, word) })} />
      <details open={further.some((row) => draft.options[row.name]) || further.some((row) => row.name === mistake?.key)}>
        <summary>When and with what else it is sent, and more</summary>
        <div class="options">{further.map((row) => <OptionField key={row.name} option={row} value={draft.options[row.name] ?? ""} mistake={mistake?.key === row.name ? mistake : undefined} onChange={(value) => onDraft({ ...draft, options: { ...draft.options, [row.name]: value } })} />)}</div>
      </details>
      <p class="buttons"><button type="submit" disabled={!isRight || action.isBusy || !draft.name}>{action.isBusy ? "Saving…" : there?.saved ? "Save the change" : "Save as a watch"}</button></p>
      {action.shown}
    </form>
  );
}

interface Raiser { name: string; alerts: number; behind: number }

/** They are plugins and stand in the configuration; here is what they have raised. */
function Detectors({ rows }: { rows: Raiser[] }) {
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="detectors">
      <h2 id="detectors">Detectors</h2>
      <ul class="plain-list">
        {rows.map((row) => <li key={row.name}>{row.name}: <a href={`/alerts?watch=${encodeURIComponent(row.name)}`}>{row.alerts} alert{row.alerts === 1 ? "" : "s"}</a>{row.behind > 0 && <span class="faint">, {row.behind} changes of events to look at</span>}</li>)}
      </ul>
    </section>
  );
}

export function Watches({ place, me }: ViewProperties) {
  const [again, setAgain] = useState(0);
  const status = useAnswer<Status>("status", {}, again);
  const removal = useAction();
  const [leaving, setLeaving] = useState(""); // the watch whose removal waits to be said twice
  const [draft, setDraft] = useState<Draft>(NEW);
  const counts = useAnswer<{ watches: Raiser[]; detectors: Raiser[] }>("watches", {}, again);
  const [rule, setRule] = useState(place.search.get("when") ?? "type in (arms_transfer, training) and confidence >= 0.5");
  const [problem, setProblem] = useState<Problem>();
  const trial = useTrial(setProblem);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (rule.trim()) get("rule", { when: rule }).then(() => setProblem(undefined), setProblem);
    }, 250);
    return () => clearTimeout(timer);
  }, [rule]);
  const edit = (watch: Watch) => {
    trial.clear();
    setRule(watch.when);
    const options = Object.fromEntries(Object.entries(watch.options).filter(([name]) => !ELSEWHERE.includes(name)));
    setDraft({ name: watch.saved ? watch.name : "", to: watch.to, on: watch.on, options });
    requestAnimationFrame(() => document.getElementById("rule-text")?.scrollIntoView({ block: "center" }));
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
        <table class="rows cards">
          <caption class="hidden">Watches</caption>
          <thead><tr><th scope="col">Watch</th><th scope="col">Wants</th><th scope="col" class="number">Alerts</th><th scope="col">To</th><th scope="col">Do</th></tr></thead>
          <tbody>
            {(status.value?.watches ?? []).map((watch) => (
              <tr key={watch.name}>
                <th scope="row">{watch.name}{!watch.enabled && <span class="faint"> (off)</span>}</th>
                <td class="wide"><code class="rule">{watch.when}</code></td>
                <td class="number"><a href={`/alerts?watch=${encodeURIComponent(watch.name)}`}>{raised.get(watch.name)?.alerts ?? 0}</a></td>
                <td>{watch.to.join(", ")}{Object.keys(watch.options).filter((name) => name !== "enabled").map((name) => <div key={name} class="faint">{name} {watch.options[name]}</div>)}{watch.on.join() !== "new" && <div class="faint">on {watch.on.join(", ")}</div>}</td>
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
      <Detectors rows={counts.value?.detectors ?? []} />
      <section aria-labelledby="try">
        <h2 id="try">Write a rule</h2>
        <p id="rule-help" class="faint">What it would have raised over the archive is shown before anything is changed. A saved watch begins at the present; those of the configuration's own files can be copied and are changed there.</p>
        <RuleEditor rule={rule} onChange={(text) => { trial.clear(); setRule(text); }} problem={problem} />
        <p class="buttons"><button type="button" disabled={!!problem || trial.isTrying || !rule.trim()} onClick={() => trial.begin(rule)}>{trial.isTrying ? "Trying…" : "Try it over the archive"}</button>{trial.isTrying && <button type="button" onClick={trial.stop}>Stop</button>}</p>
        <TrialShown {...trial} />
        {mayCorrect(me) && status.value && <SaveForm draft={draft} onDraft={setDraft} rule={rule} status={status.value} isRight={!problem && !!rule.trim()} onDone={() => setAgain((was) => was + 1)} />}
      </section>
    </>
  );
}
