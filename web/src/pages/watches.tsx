/* Watches: what each wants and has raised; writing a rule with completion, its mistakes at their place, and a trial over the archive. */
import { useEffect, useRef, useState } from "preact/hooks";
import { get, type Problem } from "../api";
import { RuleMistake } from "../filter";
import type { ViewProperties } from "../main";
import { ProblemNote, Title, useAnswer, Waiting } from "../parts";
import { allCountries } from "../text";
import { useVocabulary } from "../vocabulary";

interface Watch { name: string; when: string; enabled: boolean; to: string[] }
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

export function Watches({ place }: ViewProperties) {
  const status = useAnswer<{ watches?: Watch[] }>("status");
  const counts = useAnswer<{ watches: { name: string; alerts: number; behind: number }[] }>("watches");
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
                <td><button type="button" aria-label={`Edit a copy of the rule of ${watch.name}`} onClick={() => { setRule(watch.when); setTrial(undefined); }}>Edit a copy</button></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <section aria-labelledby="try">
        <h2 id="try">Write a rule</h2>
        <p id="rule-help" class="faint">What it would have raised over the archive is shown before anything is changed. Watches stand in the daemon's configuration: put the section below there and reload.</p>
        <RuleEditor rule={rule} onChange={(text) => { setRule(text); setTrial(undefined); }} problem={problem} />
        <p class="buttons"><button type="button" disabled={!!problem || isTrying || !rule.trim()} onClick={tryOut}>{isTrying ? "Trying…" : "Try it over the archive"}</button></p>
        {trial && (
          <div role="status">
            <p>{trial.more ? "More than " : ""}{trial.hits.length} alert{trial.hits.length === 1 ? "" : "s"} in {trial.revisions.toLocaleString()} revisions looked at.</p>
            <ul>{trial.hits.map((hit, index) => <li key={index}>{hit.event ? <a href={`/event/${hit.event}`} dir="auto">{hit.headline}</a> : <b>{hit.headline}</b>}<pre class="why">{hit.why}</pre></li>)}</ul>
          </div>
        )}
        {!problem && rule.trim() && <pre class="config" tabIndex={0}>{`[watch.NAME]\nwhen = ${rule.replace(/\s+/g, " ").trim()}\nto   = SINK`}</pre>}
      </section>
    </>
  );
}
