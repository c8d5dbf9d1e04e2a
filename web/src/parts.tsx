/* Parts: what several pages are made of. */
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { get, live, Problem, type Alert, type Change, type EventRow, type Me, type Parameters } from "./api";
import { pageOf, type Question } from "./first";
import { actorName, ageText, dateText, headlineText, numberText, safeUrl, timeText, withNames, words } from "./text";

/** The answer to a question, asked again when what is asked changes or `again` grows. What was there stays until then. */
export function useAnswer<T>(path: string | null, parameters: Parameters = {}, again = 0) {
  const key = path === null ? null : path + JSON.stringify(parameters);
  const [state, setState] = useState<{ key: string | null; value?: T; problem?: Problem }>({ key: null });
  const [isAsking, setAsking] = useState(false);
  // Before the page is painted without the answer: painting first would only delay the asking.
  useLayoutEffect(() => {
    if (path === null) return;
    const control = new AbortController();
    setAsking(true);
    get<T>(path, parameters, control.signal)
      .then((value) => setState({ key, value }))
      .catch((problem) => control.signal.aborted || setState((was) => ({ key, value: was.key === key ? was.value : undefined, problem })))
      .finally(() => control.signal.aborted || setAsking(false));
    return () => control.abort();
  }, [key, again]);
  return { value: state.value, problem: state.problem, isAsking, isCurrent: state.key === key };
}

/** A part of the script that only some views need, in a file of its own. */
export function useLoaded<T>(load: () => Promise<T>): { value?: T; isLost: boolean } {
  const [state, setState] = useState<{ value?: T; isLost: boolean }>({ isLost: false });
  useLayoutEffect(() => {
    load().then((value) => setState({ value, isLost: false }), () => setState({ isLost: true }));
  }, []);
  return state;
}
export function Lost({ when }: { when: boolean }) {
  return when ? <p class="problem" role="alert">This view could not be loaded; load the page anew.</p> : null;
}

/** Calls back when something changed, at most once in `calmMs`. */
export function useChanges(onChange: (change: Change) => void) {
  const last = useRef(onChange);
  last.current = onChange;
  useEffect(() => live.listen((change) => last.current(change)), []);
}
/** A number that grows, at most every `calmMs`, when something changed; at what was done about alerts only where asked. */
export function useChangeCount(calmMs = 1500, withActs = false): number {
  const [count, setCount] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useChanges((change) => {
    if (change.kind === "act" && !withActs) return;
    timer.current ??= setTimeout(() => {
      timer.current = null;
      setCount((was) => was + 1);
    }, calmMs);
  });
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
  return count;
}
export function useStored<T>(name: string, fallback: T): [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => {
    try {
      const text = localStorage.getItem(name);
      return text === null ? fallback : (JSON.parse(text) as T);
    } catch {
      return fallback;
    }
  });
  const keep = useCallback((next: T) => {
    setValue(next);
    try {
      localStorage.setItem(name, JSON.stringify(next));
    } catch {
      /* a browser that keeps nothing forgets it with the page */
    }
  }, [name]);
  return [value, keep];
}

const PAGE_ROWS = 100, CALM_SCROLL = 300, FIRSTS = 12;
const FIRST_LOOKS = 4, FIRST_BUDGET = 25; /* questions at once, and how many events each looks at one by one */
const VISIT_GAP_MS = 30 * 60000, LOOK_MS = 30000;

/** When one looked before this visit, 0 for never; a visit ends with half an hour away. What is new stays so while it lasts, whatever
 * pages one goes to meanwhile, until it is said to be seen. */
export function useLastLook(): [number, () => void] {
  const [look, setLook] = useStored<{ before: number; seen: number }>("last-look", { before: 0, seen: 0 });
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    const mark = () => {
      if (document.hidden) return;
      const { before, seen } = latest.current, now = Date.now();
      latest.current = { before: seen > 0 && now - seen > VISIT_GAP_MS ? seen : before, seen: now };
      setLook(latest.current);
    };
    mark();
    const timer = setInterval(mark, LOOK_MS);
    document.addEventListener("visibilitychange", mark);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", mark);
    };
  }, []);
  return [look.before, () => setLook({ before: Date.now(), seen: Date.now() })];
}

export function Title({ children, aside }: { children: ComponentChildren; aside?: ComponentChildren }) {
  return (
    <header class="title">
      <h1>{children}</h1>
      {aside && <div class="aside">{aside}</div>}
    </header>
  );
}
export function ProblemNote({ problem }: { problem?: Problem | Error }) {
  return problem ? <p class="problem" role="alert">{problem.message}</p> : null;
}
export function Waiting({ when }: { when: boolean }) {
  return when ? <p class="faint" role="status">Loading…</p> : null;
}
export function Badge({ kind, children }: { kind: string; children: ComponentChildren }) {
  return <span class={`badge badge-${kind}`}>{children}</span>;
}
/** A link to the world outside, where it is one that may be followed; else its text. */
export function Outside({ url, children }: { url?: string; children: ComponentChildren }) {
  const address = safeUrl(url);
  return address ? <a href={address} target="_blank" rel="noopener noreferrer nofollow">{children}</a> : <>{children}</>;
}
export function Time({ value }: { value: string | number | undefined }) {
  if (!value) return <span class="faint">never</span>;
  const time = new Date(value);
  return <time dateTime={Number.isNaN(time.getTime()) ? undefined : time.toISOString()} title={timeText(value)}>{ageText(value)}</time>;
}
/** A party's page, narrowed down as the page is that leads there: where that has another party's events, to those of both. */
export function countryAddress(id: string, filter: Record<string, string> = {}): string {
  const { actor, ...search } = filter;
  if (actor && actor !== id && !actor.includes(",") && !search.dyad) search.dyad = `${actor},${id}`;
  const query = new URLSearchParams(search).toString();
  return `/country/${encodeURIComponent(id)}${query ? "?" + query : ""}`;
}
export function ActorLink({ id, filter }: { id: string; filter?: Record<string, string> }) {
  return <a href={countryAddress(id, filter)} title={id}>{actorName(id)}</a>;
}
const CHANGES_SHOWN = 3;
export const typeColour = (type: string | undefined) => `type type-${type ?? "none"}`;

/** `isMeasured`: with its confidence. `asOf`: whether its time is that of its last report, or when the archive came to know of it. */
export function EventLine({ event, isNew, isChosen, isMeasured, asOf = "report" }: { event: EventRow; isNew?: boolean; isChosen?: boolean; isMeasured?: boolean; asOf?: "report" | "change" }) {
  const date = dateText(event.date);
  return (
    <a class={`event-line${isNew ? " is-new" : ""}${isChosen ? " is-chosen" : ""}`} href={`/event/${event.id}`} aria-current={isChosen ? "true" : undefined}>
      <span class={typeColour(event.type)} aria-hidden="true" />
      <span class="event-main">
        <span class="event-headline" dir="auto" title={event.headline}>{headlineText(event)}</span>
        <span class="event-facts">
          {isNew && <b>{(event.revision ?? 1) > 1 && event.changes?.length ? `changed: ${event.changes.slice(0, CHANGES_SHOWN).map(words).join(", ")}` : "new"} · </b>}
          {words(event.type)}{event.subtype ? ` / ${words(event.subtype)}` : ""}
          {isMeasured && ` · confidence ${(event.confidence ?? 0).toFixed(2)}`}
          {date && ` · ${date}`}
          {` · ${event.independent_sources ?? 1} source${(event.independent_sources ?? 1) === 1 ? "" : "s"}`}
          {event.conflicts > 0 && ` · ${event.conflicts} conflict${event.conflicts === 1 ? "" : "s"}`}
          {event.scope === "background" && " · background"}
        </span>
      </span>
      <span class="event-aside">
        <Badge kind={event.modality ?? "none"}>{words(event.modality)}</Badge>
        <Time value={asOf === "change" ? event.updated : event.last_seen} />
      </span>
    </a>
  );
}

/** What an alert is about, with names in place of codes where it is about an event. */
export function AlertHeadline({ alert }: { alert: Alert }) {
  const about = alert.about && headlineText(alert.about), found = alert.finding && withNames(alert.finding.text);
  if (!alert.event) return <span dir="auto" title={alert.headline}>{found ?? alert.headline}</span>;
  return (
    <>
      {found && <span dir="auto">{found}<br /></span>}
      <a href={`/event/${alert.event}`} dir="auto" title={alert.headline}>{about ?? alert.headline}</a>
    </>
  );
}

/** What two parties do with each other for the first time, the latest first: by the daemon's own rule, which looks at the past of each
 * event's parties. That takes long in a large archive, so it is asked for a few events at a time, and further back only on demand. */
export function Firsts({ filter }: { filter: Record<string, string> }) {
  const when = filter.when ? `(${filter.when}) and first_type_for_dyad` : "first_type_for_dyad";
  const parameters = { ...filter, when, order: "first_seen" }, wanted = JSON.stringify(parameters);
  const [looks, setLooks] = useState(FIRST_LOOKS);
  const [found, setFound] = useState<{ rows: EventRow[]; next?: string; isOver: boolean; problem?: Problem }>({ rows: [], isOver: false });
  useEffect(() => setLooks(FIRST_LOOKS), [wanted]);
  useEffect(() => {
    const control = new AbortController();
    const look = async () => {
      let { rows, next } = looks === FIRST_LOOKS ? { rows: [] as EventRow[], next: undefined } : found, isOver = false;
      for (let count = 0; count < FIRST_LOOKS && !isOver && rows.length < (FIRSTS * looks) / FIRST_LOOKS; count++) {
        const page = await get<{ events: EventRow[]; next?: string }>("events", { ...parameters, limit: FIRSTS, budget: FIRST_BUDGET, after: next }, control.signal);
        rows = [...rows, ...page.events];
        next = page.next;
        isOver = !next;
        setFound({ rows, next, isOver });
      }
    };
    look().catch((problem) => control.signal.aborted || setFound((was) => ({ ...was, isOver: true, problem })));
    return () => control.abort();
  }, [wanted, looks]);
  return (
    <section aria-labelledby="firsts">
      <h2 id="firsts">For the first time</h2>
      <ProblemNote problem={found.problem} />
      {found.rows.map((event) => <EventLine key={event.id} event={event} />)}
      {found.isOver && !found.problem && found.rows.length === 0 && <p class="faint">Nothing of a type that was not told of the pair before. While the archive is younger than a year, nothing counts as a first.</p>}
      {!found.isOver && <p><button type="button" onClick={() => setLooks((was) => was + FIRST_LOOKS)}>{found.rows.length > 0 ? "Look further back" : "None among the latest: look further back"}</button></p>}
    </section>
  );
}

/** Rows of one height, of which only those in sight are in the document: a list may be as long as the archive. */
export function VirtualList<T>({ rows, height, render, onEnd, label }: {
  rows: T[]; height: number; label: string; render: (row: T, index: number) => ComponentChildren; onEnd?: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ first: 0, count: 20 });
  useEffect(() => {
    const look = () => {
      const top = box.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / height) - 10), count = Math.ceil(innerHeight / height) + 20;
      setView((was) => (was.first === first && was.count === count ? was : { first, count }));
      if (onEnd && first + count >= rows.length) onEnd();
    };
    look();
    addEventListener("scroll", look, { passive: true });
    addEventListener("resize", look);
    return () => {
      removeEventListener("scroll", look);
      removeEventListener("resize", look);
    };
  }, [rows.length, height, onEnd]);
  const shown = rows.slice(view.first, view.first + view.count);
  return (
    <div ref={box} class="virtual" role="list" aria-label={label} style={{ height: `${rows.length * height}px` }}>
      {shown.map((row, index) => (
        <div role="listitem" key={view.first + index} class="virtual-row" style={{ top: `${(view.first + index) * height}px`, height: `${height}px` }}
          aria-setsize={rows.length} aria-posinset={view.first + index + 1}>
          {render(row, view.first + index)}
        </div>
      ))}
    </div>
  );
}

/** How many rows of a table are in the document: a part, and more as its end comes in sight. `rest` belongs below the table. */
export function useGrowing(total: number, step = 100): { shown: number; rest: ComponentChildren } {
  const [shown, setShown] = useState(step);
  const end = useRef<HTMLParagraphElement>(null);
  const grow = () => setShown((was) => was + step);
  useEffect(() => {
    if (!end.current) return;
    const watch = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && grow(), { rootMargin: "600px" });
    watch.observe(end.current);
    return () => watch.disconnect();
  }, [shown, total]);
  return { shown, rest: shown < total ? <p ref={end}><button type="button" class="plain" onClick={grow}>{numberText(total - shown)} more</button></p> : null };
}

export function Stale({ pages }: { pages: { isStale: boolean; refresh: () => void } }) {
  return pages.isStale ? <p class="stale"><button type="button" onClick={() => { scrollTo(0, 0); pages.refresh(); }}>Something has changed: show it</button></p> : null;
}

/** A page after the other of what a question lists; what hardly any event fits, as a pattern over texts, is found bit by bit. */
export function usePages<Row>({ path, parameters }: Question, key: string, again = 0) {
  const wanted = path + JSON.stringify(parameters);
  const [state, setState] = useState<{ wanted: string; rows: Row[]; next?: string; problem?: Problem; isDone: boolean }>({ wanted: "", rows: [], isDone: false });
  const asking = useRef<string | null>(null);
  const ask = useCallback(async (after?: string, signal?: AbortSignal) => {
    const mark = wanted + (after ?? "");
    if (asking.current === mark) return;
    asking.current = mark;
    try {
      const page = await get<Record<string, unknown> & { next?: string }>(path, pageOf(path, parameters, after).parameters, signal);
      const rows = page[key] as Row[];
      setState((was) => ({ wanted, rows: after && was.wanted === wanted ? [...was.rows, ...rows] : rows, next: page.next, isDone: !page.next }));
    } catch (problem) {
      if (!signal?.aborted) setState((was) => ({ ...was, wanted, rows: after ? was.rows : [], problem: problem as Problem, isDone: true }));
    } finally {
      if (asking.current === mark) asking.current = null;
    }
  }, [wanted]);
  const [isStale, setStale] = useState(false);
  const refresh = useCallback(() => {
    asking.current = null;
    setStale(false);
    ask();
  }, [ask]);
  useLayoutEffect(() => {
    const control = new AbortController();
    asking.current = null;
    setStale(false);
    ask(undefined, control.signal);
    return () => control.abort();
  }, [wanted]);
  /* What has changed is read at once by who looks at the beginning; a list that somebody is in the midst of does not jump. */
  const seen = useRef(again);
  useEffect(() => {
    if (seen.current === again) return;
    seen.current = again;
    if (scrollY < CALM_SCROLL && state.rows.length <= PAGE_ROWS) refresh();
    else setStale(true);
  }, [again]);
  const more = useCallback(() => {
    if (state.next && state.wanted === wanted && !state.problem) ask(state.next);
  }, [state, wanted]);
  return { rows: state.wanted === wanted ? state.rows : [], problem: state.wanted === wanted ? state.problem : undefined, isLoading: state.wanted !== wanted || (state.rows.length === 0 && !state.isDone), isDone: state.isDone, more, isStale, refresh };
}

/** What may be done: a button that says what became of it. */
export function useAction() {
  const [note, setNote] = useState<{ text: string; isProblem: boolean } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = useCallback(async (what: () => Promise<{ text: string }>, then?: () => void) => {
    setBusy(true);
    try {
      setNote({ text: (await what()).text, isProblem: false });
      then?.();
    } catch (problem) {
      setNote({ text: (problem as Error).message, isProblem: true });
    } finally {
      setBusy(false);
    }
  }, []);
  const shown = note && <p class={note.isProblem ? "problem" : "done"} role={note.isProblem ? "alert" : "status"}>{note.text}</p>;
  return { run, isBusy, shown };
}
export const mayCorrect = (me: Me) => me.role !== "read";
