/* Review: events one after the other, the least certain or those that matter more first, judged by keys. */
import { useCallback, useEffect, useLayoutEffect, useState } from "preact/hooks";
import { command, type EventPage, type EventRow } from "../api";
import { addressWith } from "../filter";
import { asked, ORDERS, orderOf } from "../first";
import type { ViewProperties } from "../main";
import { EventLine, mayCorrect, ProblemNote, Title, useAction, useAnswer, usePages, Waiting } from "../parts";
import { isTyping } from "../keys";
import { go } from "../router";
import { headlineText } from "../text";
import { Blind } from "./blind";
import { Correct, Marked } from "./event";

const KEYS = [["j", "next"], ["k", "previous"], ["c", "confirm"], ["r", "reject"], ["e", "edit"], ["m", "merge"], ["s", "split"], ["o", "open"]];

function Sheet({ id, again, onDone }: { id: string; again: number; onDone: () => void }) {
  const page = useAnswer<EventPage>(`events/${id}`, {}, again);
  if (!page.value) return <><ProblemNote problem={page.problem} /><Waiting when={page.isAsking} /></>;
  const telling = page.value.told_by[0];
  return (
    <>
      <h2 dir="auto" title={page.value.headline}>{headlineText(page.value.event)}</h2>
      <p class="faint">confidence {(page.value.event.confidence ?? 0).toFixed(2)} · {page.value.event.independent_sources ?? 1} independent source{(page.value.event.independent_sources ?? 1) === 1 ? "" : "s"}{(page.value.event.conflicts ?? []).length > 0 && ` · ${page.value.event.conflicts!.length} conflict${page.value.event.conflicts!.length === 1 ? "" : "s"}`} · <a href={`/event/${id}`}>open</a></p>
      {telling?.item[0] && <div class="article" dir="auto" tabIndex={0} role="region" aria-label="Text of the first article"><b><Marked text={telling.item[0].title ?? ""} evidence={telling.report[0]?.evidence ?? []} inTitle /></b>{"\n"}<Marked text={telling.item[0].body ?? ""} evidence={telling.report[0]?.evidence ?? []} /></div>}
      <Correct page={page.value} onDone={onDone} />
    </>
  );
}

export function Review(properties: ViewProperties) {
  return properties.place.search.get("mode") === "blind" && mayCorrect(properties.me) ? <Blind me={properties.me} /> : <Judge {...properties} />;
}

function Judge({ me, place }: ViewProperties) {
  const order = orderOf(place.search);
  const pages = usePages<EventRow>(asked.review(place.search), "events");
  const [at, setAt] = useState(0);
  const [judged, setJudged] = useState<Record<string, string>>({});
  const [again, setAgain] = useState(0);
  const action = useAction();
  const rows = pages.rows.filter((event) => !event.verdict || judged[event.id]);
  const event = rows[at];
  const judge = useCallback((name: string, word: string) => {
    if (!event) return;
    action.run(() => command(name, event.id, {}), () => {
      setJudged((was) => ({ ...was, [event.id]: word }));
      setAt((was) => Math.min(was + 1, rows.length - 1));
    });
  }, [event?.id, rows.length]);
  // Before the next key can come: one that went by what was shown before would do nothing, or the wrong thing.
  useLayoutEffect(() => {
    const press = (pressed: KeyboardEvent) => {
      if (isTyping(pressed)) return;
      const act: Record<string, () => void> = {
        j: () => setAt((was) => Math.max(0, Math.min(was + 1, rows.length - 1))),
        k: () => setAt((was) => Math.max(was - 1, 0)),
        c: () => mayCorrect(me) && judge("event-confirm", "confirmed"),
        r: () => mayCorrect(me) && judge("event-reject", "rejected"),
        e: () => document.querySelector<HTMLElement>(".correct select")?.focus(),
        m: () => document.querySelector<HTMLElement>(".correct .merge input")?.focus(),
        s: () => document.querySelector<HTMLElement>(".correct fieldset input")?.focus(),
        o: () => event && window.open(`/event/${event.id}`, "_blank", "noopener"),
      };
      if (act[pressed.key]) {
        pressed.preventDefault();
        act[pressed.key]();
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [judge, rows.length, event?.id, me]);
  useEffect(() => {
    if (rows.length - at < 10) pages.more();
    document.querySelector(".is-chosen")?.scrollIntoView({ block: "nearest" });
  }, [at, rows.length]);
  return (
    <>
      <Title aside={<><span role="status">{Object.keys(judged).length} judged</span>{mayCorrect(me) && <> · <a href="/review?mode=blind">Code blind</a></>}</>}>Review</Title>
      <p class="toolbar"><label>Order <select value={order} onChange={(event) => { setAt(0); go(addressWith(place, { order: event.currentTarget.value })); }}>{Object.entries(ORDERS).map(([name, { title }]) => <option key={name} value={name}>{title}</option>)}</select></label></p>
      <p class="keys">{KEYS.map(([key, text]) => <span key={key}><kbd>{key}</kbd> {text}</span>)}</p>
      {!mayCorrect(me) && <p class="problem">Judging needs the role analyst; {me.name} has the role read.</p>}
      <ProblemNote problem={pages.problem} />
      {action.shown}
      <div class="two review">
        <section class="review-list" aria-label="Events, the least certain first" tabIndex={0}>
          {rows.slice(Math.max(0, at - 20), at + 40).map((row) => (
            <div key={row.id} class={judged[row.id] ? "judged" : ""} onClick={(clicked) => {
              // Chooses it; its page is where o leads, or a click with a key held.
              if (clicked.ctrlKey || clicked.metaKey || clicked.shiftKey) return;
              clicked.preventDefault();
              setAt(rows.indexOf(row));
            }}>
              {judged[row.id] && <span class="badge">{judged[row.id]}</span>}
              <EventLine event={row} isChosen={row.id === event?.id} isMeasured />
            </div>
          ))}
          {!pages.isLoading && rows.length === 0 && <p class="faint">Nothing is left to judge.</p>}
        </section>
        <section aria-label="The chosen event">{event && <Sheet key={event.id} id={event.id} again={again} onDone={() => setAgain(again + 1)} />}</section>
      </div>
    </>
  );
}
