/* Trial: what a rule would have raised over the archive, asked part by part and shown as it comes. */
import { useEffect, useRef, useState } from "preact/hooks";
import { get, type Problem } from "./api";
import { ProblemNote } from "./parts";
import { numberText, timeText, withNames } from "./text";

interface Hit { event: string | null; time: number; reason: string; finding: string | null; headline: string; why: string }
interface Part { hits: Hit[]; revisions: number; progress: number; more: boolean; next?: string }
interface Trial { hits: Hit[]; revisions: number; progress: number; isCut: boolean }

const HITS_SHOWN = 50; /* a trial ends with them */
const NONE: Trial = { hits: [], revisions: 0, progress: 0, isCut: true };
const PLACES = 5, PLACE_MS = 1000; /* how often it is asked again where too many try rules, or ask, at once */
const BEGINNINGS = 3; /* of a trial that the daemon has given up, since its configuration or its store is another one now */

/** `onMistake` is told where the rule is wrong. */
export function useTrial(onMistake: (problem: Problem) => void) {
  const [trial, setTrial] = useState<Trial>();
  const [problem, setProblem] = useState<Problem>();
  const [isTrying, setTrying] = useState(false);
  const control = useRef<AbortController | undefined>(undefined);
  const go = async (when: string, signal: AbortSignal) => {
    let whole = NONE, part: Part | undefined;
    for (let beginnings = 1, places = 1; !part || (part.next && whole.hits.length < HITS_SHOWN);) {
      const after = part?.next;
      setTrial(whole);
      part = await get<Part>("rule/try", { when, after, limit: HITS_SHOWN - whole.hits.length }, signal).catch(async (error: Problem) => {
        if (error.status === 503 && !after && places++ < PLACES) await new Promise((resolve) => setTimeout(resolve, PLACE_MS));
        else if (error.status !== 409 || !after || beginnings++ >= BEGINNINGS) throw error;
        signal.throwIfAborted();
        return undefined;
      });
      whole = part ? { hits: [...whole.hits, ...part.hits], revisions: whole.revisions + part.revisions, progress: part.progress, isCut: part.more } : NONE;
    }
    setTrial(whole);
  };
  const begin = async (when: string) => {
    control.current?.abort();
    const { signal } = (control.current = new AbortController());
    setProblem(undefined);
    setTrying(true);
    try {
      await go(when, signal);
    } catch (error) {
      if (signal.aborted) return;
      if ((error as Problem).parameter === "when") onMistake(error as Problem);
      else setProblem(error as Problem);
    }
    if (!signal.aborted) setTrying(false);
  };
  const stop = () => {
    control.current?.abort();
    setTrying(false);
  };
  const clear = () => {
    stop();
    setTrial(undefined);
    setProblem(undefined);
  };
  useEffect(() => () => control.current?.abort(), []);
  return { trial, problem, isTrying, begin, stop, clear };
}

/* As `entente watch test` prints it. */
function HitRow({ hit }: { hit: Hit }) {
  const headline = <span dir="auto">{withNames(hit.headline)}</span>;
  return (
    <li>
      <span class="faint">{timeText(hit.time)} {hit.reason.replace(/_/g, " ")}</span>{" "}
      {hit.event && hit.finding && <><b>{hit.finding}</b>; the latest: </>}
      {hit.event ? <a href={`/event/${hit.event}`} title={hit.headline}>{headline}</a> : <b>{hit.finding}</b>}
      {hit.why && <pre class="why">{hit.why}</pre>}
    </li>
  );
}

export function TrialShown({ trial, problem, isTrying }: { trial?: Trial; problem?: Problem; isTrying: boolean }) {
  if (!trial) return <ProblemNote problem={problem} />;
  const isFull = trial.isCut && trial.hits.length >= HITS_SHOWN, percent = Math.floor(trial.progress * 100);
  return (
    <>
      {isTrying && <p><progress aria-label="How much of the archive was gone over" value={trial.progress} /> {percent} % of the archive</p>}
      <ProblemNote problem={problem} />
      <div role="status" aria-busy={isTrying}>
        <p>{!isTrying && isFull ? "More than " : ""}{trial.hits.length} alert{trial.hits.length === 1 ? "" : "s"} in {numberText(trial.revisions)} revisions looked at{isTrying ? " so far" : trial.isCut && !isFull ? `, and then it was stopped at ${percent} % of the archive` : ""}.</p>
        <ul>{trial.hits.map((hit, index) => <HitRow key={index} hit={hit} />)}</ul>
      </div>
    </>
  );
}
