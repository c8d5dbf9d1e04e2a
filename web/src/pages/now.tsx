/* Now: what has come since one last looked, live. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Alert, EventRow } from "../api";
import type { ViewProperties } from "../main";
import { EventLine, ProblemNote, Time, Title, useAnswer, useChangeCount, useStored, Waiting } from "../parts";

export function Now(_: ViewProperties) {
  const changes = useChangeCount(1500, true);
  const events = useAnswer<{ events: EventRow[] }>("events", { order: "updated", limit: 40 }, changes);
  const alerts = useAnswer<{ alerts: Alert[] }>("alerts", { limit: 15 }, changes);
  const [lastLook, setLastLook] = useStored<number>("last-look", 0);
  // What is new stays marked while one looks; the next visit begins here.
  const before = useRef(lastLook).current;
  const [isCaughtUp, setCaughtUp] = useState(false);
  useEffect(() => {
    const leave = () => setLastLook(Date.now());
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      leave();
    };
  }, []);
  const rows = events.value?.events ?? [];
  const isNew = (time: string | undefined) => !isCaughtUp && before > 0 && !!time && new Date(time).getTime() > before;
  const fresh = rows.filter((event) => isNew(event.last_seen)).length;
  return (
    <>
      <Title aside={fresh > 0 && <button type="button" onClick={() => { setLastLook(Date.now()); setCaughtUp(true); }}>{fresh} new since you last looked — mark as seen</button>}>Now</Title>
      <ProblemNote problem={events.problem ?? alerts.problem} />
      <div class="two">
        <section aria-labelledby="now-events">
          <h2 id="now-events">Events <a class="more" href="/events">all</a></h2>
          <Waiting when={!events.value && events.isAsking} />
          <div class="event-list" aria-live="polite">{rows.map((event) => <EventLine key={event.id} event={event} isNew={isNew(event.last_seen)} />)}</div>
          {events.value && rows.length === 0 && <p class="faint">No events yet. They appear here as the feeds bring them; <a href="/feeds">Feeds</a> shows how those fare.</p>}
        </section>
        <section aria-labelledby="now-alerts">
          <h2 id="now-alerts">Alerts <a class="more" href="/alerts">all</a></h2>
          <ul class="alert-list">
            {(alerts.value?.alerts ?? []).map((alert) => (
              <li key={alert.id} class={isNew(alert.created) ? "is-new" : ""}>
                <b>{alert.watch}</b> <Time value={alert.created} />
                <br />
                {alert.event ? <a href={`/event/${alert.event}`} dir="auto">{alert.headline}</a> : <span dir="auto">{alert.headline}</span>}
              </li>
            ))}
          </ul>
          {alerts.value?.alerts.length === 0 && <p class="faint">No alerts.</p>}
        </section>
      </div>
    </>
  );
}
