/* Alerts: what watches and detectors raised, why, whether it was delivered, and what is done about it. */
import { useState } from "preact/hooks";
import { command, queryOf, type Alert, type EventPage, type EventRecord, type Finding, type Me } from "../api";
import { addressWith, dayOf } from "../filter";
import { asked } from "../first";
import type { ViewProperties } from "../main";
import { AlertHeadline, Badge, mayCorrect, ProblemNote, Stale, Time, Title, useAction, useAnswer, useChangeCount, usePages, Waiting } from "../parts";
import { go, type Place } from "../router";
import { dateText, headlineText, timeText, withNames, words } from "../text";

interface Act { at: number; author: string; act: string; note: string; until: number }
interface AlertPage { alert: Alert & { event?: unknown }; muted_until: number; acts: Act[] }
/** One that is asked for by its address and stands further down than what is listed. */
function useApart(id: string | null, again: number): Alert | undefined {
  const { value } = useAnswer<AlertWhole>(id ? `alerts/${id}` : null, {}, again);
  if (!id || !value) return undefined;
  const { event, ...alert } = value.alert;
  return { ...alert, event: event?.id, type: event?.type, about: event, pending: value.pending, delivered: value.delivered, dead: value.dead };
}

interface Raiser { name: string; alerts: number }
interface AlertWhole { alert: Omit<Alert, "event" | "about"> & { event?: EventRecord }; pending: number; delivered: number; dead: number }
interface Reason { depth: number; matched: boolean; term: string; found: string | null }

const STATES = ["new", "acknowledged", "muted", "resolved"];
const MUTES: [string, number][] = [["1 day", 1], ["7 days", 7], ["30 days", 30]];

const FOUND_SHOWN = 12;

function FoundEvent({ id }: { id: string }) {
  const { value } = useAnswer<EventPage>(`events/${encodeURIComponent(id)}`);
  return <><a href={`/event/${id}`} dir="auto">{value ? headlineText(value.event) : id}</a>{value && <span class="faint"> {dateText(value.event.date)}</span>}</>;
}

/** What was noticed over many events: by a spike or silence, a detector, or of a source. */
function Found({ finding }: { finding: Finding }) {
  const events = finding.events ?? [];
  return (
    <>
      <p><Badge kind="none">{words(finding.kind)}</Badge> <span dir="auto" title={finding.text}>{withNames(finding.text)}</span>{finding.score !== undefined && <span class="faint"> score {Number(finding.score.toFixed(2))}</span>}</p>
      {finding.source && <p>It is about <a href="/feeds">{finding.source}</a>.</p>}
      {events.length > 1 && <><p>It is about these events:</p><ul>{events.slice(0, FOUND_SHOWN).map((id) => <li key={id}><FoundEvent id={id} /></li>)}</ul></>}
      {events.length > FOUND_SHOWN && <p>and {events.slice(FOUND_SHOWN).map((id, index) => <>{index > 0 && ", "}<a key={id} href={`/event/${id}`}>{id.slice(0, 8)}</a></>)}</p>}
    </>
  );
}

/** Term by term, by the watch's rule as the configuration has it now. */
function Why({ alert }: { alert: Alert }) {
  const status = useAnswer<{ watches?: { name: string; when: string }[] }>("status");
  const rule = status.value?.watches?.find((watch) => watch.name === alert.watch)?.when;
  const answer = useAnswer<{ reasons: Reason[]; matches: boolean }>(rule && alert.event ? "rule/explain" : null, { when: rule, event: alert.event });
  if (alert.finding && !rule) return null; // of a detector, or how a source fares
  if (status.value && !rule) return <p class="faint">The watch {alert.watch} is not configured any more.</p>;
  return (
    <>
      {rule && <p><code class="rule">{rule}</code></p>}
      <ProblemNote problem={answer.problem} />
      {answer.value && (
        <ul class="plain-list">
          {answer.value.reasons.map((reason, index) => (
            <li key={index} class={`depth-${Math.min(reason.depth, 4)}`}><Badge kind={reason.matched ? "confirmed" : "denied"}>{reason.matched ? "yes" : "no"}</Badge> <code>{reason.term}</code>{reason.found && <span class="faint">: {reason.found}</span>}</li>
          ))}
        </ul>
      )}
      {answer.value && !answer.value.matches && <p class="faint">The event has changed since: as it stands now, the rule does not match it.</p>}
    </>
  );
}

interface Mute { watch: string; event: string; until: number; author: string; note: string; headline: string }
const FOR_EVER = Date.UTC(9000, 0);

/** Which watches and events nobody is told of, by all who said so. */
function Mutes({ me, changes }: { me: Me; changes: number }) {
  const [again, setAgain] = useState(0);
  const answer = useAnswer<{ mutes: Mute[] }>("mutes", {}, changes + again);
  const action = useAction();
  const mutes = answer.value?.mutes ?? [];
  if (mutes.length === 0) return <>{action.shown}</>;
  return (
    <details class="mutes" open={mutes.length <= 3}>
      <summary>Muted ({mutes.length})</summary>
      <ul class="plain-list">
        {mutes.map((mute) => (
          <li key={`${mute.watch} ${mute.event}`}>
            {mute.watch && <>watch <b>{mute.watch}</b></>}{mute.watch && mute.event && " on "}{mute.event && <a href={`/event/${mute.event}`} dir="auto">{mute.headline || mute.event}</a>}
            <span class="faint"> {mute.until > FOR_EVER ? "for ever" : `until ${timeText(mute.until)}`} by {mute.author}</span>{mute.note && <q dir="auto">{mute.note}</q>}
            {/* A mute of one event for one watch is ended where its alert is. */}
            {mayCorrect(me) && !(mute.watch && mute.event) && <button type="button" class="plain" disabled={action.isBusy} aria-label={`Unmute ${mute.watch || mute.headline}`} onClick={() => action.run(() => command("unmute", mute.watch ? `watch.${mute.watch}` : `event.${mute.event}`), () => setAgain(again + 1))}>Unmute</button>}
          </li>
        ))}
      </ul>
      {action.shown}
    </details>
  );
}

function Details({ alert, me, changes, onDone }: { alert: Alert; me: Me; changes: number; onDone: () => void }) {
  const [again, setAgain] = useState(0);
  const page = useAnswer<AlertPage>(`alerts/${alert.id}`, {}, again + changes);
  const action = useAction();
  const [note, setNote] = useState("");
  const [days, setDays] = useState(7);
  const run = (name: string, values: Record<string, unknown> = {}, target = alert.id) =>
    action.run(() => command(name, target, note.trim() ? { ...values, note: note.trim() } : values), () => {
      setNote("");
      setAgain(again + 1);
      onDone();
    });
  const state = page.value?.alert.state ?? alert.state;
  return (
    <div class="details">
      <h2>Why it fired</h2>
      {alert.finding && <Found finding={alert.finding} />}
      <Why alert={alert} />
      <h2>What was done</h2>
      <ProblemNote problem={page.problem} />
      {page.value && (page.value.acts.length === 0 ? <p class="faint">Nothing yet.</p> : (
        <ol class="revisions">{page.value.acts.map((act, index) => <li key={index}>{timeText(act.at)} <b>{act.act}</b> by {act.author}{act.until > 0 && ` until ${timeText(act.until)}`}{act.note && <>: <q dir="auto">{act.note}</q></>}</li>)}</ol>
      ))}
      {mayCorrect(me) && (
        <form onSubmit={(event) => { event.preventDefault(); run("alert-note"); }}>
          <label>Note <input value={note} maxLength={500} onInput={(event) => setNote(event.currentTarget.value)} /></label>
          <p class="buttons">
            <button type="submit" disabled={action.isBusy || !note.trim()}>Add note</button>
            {state === "new" && <button type="button" disabled={action.isBusy} onClick={() => run("alert-acknowledge")}>Acknowledge</button>}
            {state !== "resolved" && <button type="button" disabled={action.isBusy} onClick={() => run("alert-resolve")}>Resolve</button>}
            {(state === "acknowledged" || state === "resolved") && <button type="button" disabled={action.isBusy} onClick={() => run("alert-reopen")}>Reopen</button>}
            {state === "muted" ? <button type="button" disabled={action.isBusy} onClick={() => run("alert-unmute")}>Unmute</button> : (
              <>
                <label class="hidden" for="mute-days">Mute for</label>
                <select id="mute-days" value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>{MUTES.map(([text, value]) => <option key={value} value={value}>{text}</option>)}</select>
                <button type="button" disabled={action.isBusy} onClick={() => run("alert-mute", { until: Date.now() + days * 86400000 })}>{alert.event ? "Mute this event" : "Mute this"}</button>
                <button type="button" disabled={action.isBusy} onClick={() => run("mute", { until: Date.now() + days * 86400000 }, `watch.${alert.watch}`)}>{alert.watch.startsWith("detector.") ? "Mute the detector" : "Mute the watch"}</button>
              </>
            )}
          </p>
          {action.shown}
        </form>
      )}
    </div>
  );
}

function Row({ alert, place, me, isOpen, changes, onDone }: { alert: Alert; place: Place; me: Me; isOpen: boolean; changes: number; onDone: () => void }) {
  const action = useAction();
  return (
    <>
      <tr>
        <td><Time value={alert.created} /></td>
        <td>{alert.watch}</td>
        <td class="wide"><AlertHeadline alert={alert} /></td>
        <td data-head="why">{words(alert.reason)}</td>
        <td data-head="sent">{alert.dead > 0 ? <Badge kind="denied">{alert.dead} given up</Badge> : alert.pending > 0 ? `${alert.pending} to send` : alert.delivered > 0 ? "yes" : "–"}</td>
        <td data-head="state">{alert.state}</td>
        <td class="buttons">
          {mayCorrect(me) && alert.state === "new" && <button type="button" disabled={action.isBusy} aria-label={`Acknowledge: ${alert.headline}`} onClick={() => action.run(() => command("alert-acknowledge", alert.id), onDone)}>Acknowledge</button>}
          <a href={addressWith(place, { open: isOpen ? undefined : alert.id })} aria-expanded={isOpen} aria-label={`${isOpen ? "Less" : "More"} on: ${alert.headline}`}>{isOpen ? "Less" : "More"}</a>
        </td>
      </tr>
      {(isOpen || action.shown) && <tr><td colSpan={7}>{action.shown}{isOpen && <Details alert={alert} me={me} changes={changes} onDone={onDone} />}</td></tr>}
    </>
  );
}

/** All that are new of what is shown, once said twice. */
function AcknowledgeAll({ alerts, onDone }: { alerts: Alert[]; onDone: () => void }) {
  const action = useAction();
  const [isAsked, setAsked] = useState(false);
  const fresh = alerts.filter((alert) => alert.state === "new");
  const run = () => action.run(async () => {
    setAsked(false);
    for (const alert of fresh) await command("alert-acknowledge", alert.id);
    return { text: `${fresh.length} acknowledged.` };
  }, onDone);
  return (
    <>
      {fresh.length > 1 && (isAsked
        ? <p class="buttons"><button type="button" disabled={action.isBusy} onClick={run}>Really acknowledge {fresh.length}</button><button type="button" onClick={() => setAsked(false)}>Leave them</button></p>
        : <p><button type="button" disabled={action.isBusy} onClick={() => setAsked(true)}>{action.isBusy ? "Acknowledging…" : `Acknowledge the ${fresh.length} new ones shown`}</button></p>)}
      {action.shown}
    </>
  );
}

export function Alerts({ place, me }: ViewProperties) {
  const changes = useChangeCount(500, true);
  const filter = asked.alerts(place.search).parameters as Record<string, string | undefined>;
  const open = place.search.get("open");
  const pages = usePages<Alert>(asked.alerts(place.search), "alerts", changes);
  const watches = useAnswer<{ watches: Raiser[]; detectors: Raiser[] }>("watches", {}, changes);
  const isListed = pages.isLoading || pages.rows.some((alert) => alert.id === open);
  const apart = useApart(isListed ? null : open, changes);
  const rows = apart && !isListed ? [apart, ...pages.rows] : pages.rows;
  const set = (name: string, value: string) => go(addressWith(place, { [name]: value }));
  return (
    <>
      <Title>Alerts</Title>
      <form class="filter" onSubmit={(event) => event.preventDefault()}>
        <label>Watch <select value={filter.watch ?? ""} onChange={(event) => set("watch", event.currentTarget.value)}>
          <option value="">all</option>
          {[...(watches.value?.watches ?? []), ...(watches.value?.detectors ?? [])].map((watch) => <option key={watch.name} value={watch.name}>{watch.name} ({watch.alerts})</option>)}
        </select></label>
        <label>State <select value={filter.state ?? ""} onChange={(event) => set("state", event.currentTarget.value)}>
          <option value="">any</option>
          {STATES.map((state) => <option key={state} value={state}>{state}</option>)}
        </select></label>
        <label>Since <input type="date" value={dayOf(filter.since)} onChange={(event) => set("since", event.currentTarget.value)} /></label>
        <a href={`/feeds/alerts.atom${queryOf(filter)}`} target="_blank" title="A feed reader logs in by any name, with a token as its password">Atom feed</a>
      </form>
      <Mutes me={me} changes={changes} />
      <ProblemNote problem={pages.problem} />
      {mayCorrect(me) && <AcknowledgeAll alerts={pages.rows} onDone={pages.refresh} />}
      <Stale pages={pages} />
      <Waiting when={pages.isLoading} />
      <div class="scroll">
        <table class="rows cards">
          <caption class="hidden">Alerts, newest first</caption>
          <thead><tr><th scope="col">Made</th><th scope="col">Watch</th><th scope="col">Headline</th><th scope="col">Why</th><th scope="col">Sent</th><th scope="col">State</th><th scope="col">Do</th></tr></thead>
          <tbody>{rows.map((alert) => <Row key={alert.id} alert={alert} place={place} me={me} isOpen={open === alert.id} changes={changes} onDone={pages.refresh} />)}</tbody>
        </table>
      </div>
      {!pages.isDone && pages.rows.length > 0 && <button type="button" onClick={pages.more}>More</button>}
      {!pages.isLoading && !pages.problem && pages.rows.length === 0 && <p class="faint">No alert fits.</p>}
    </>
  );
}
