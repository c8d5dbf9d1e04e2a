/* Now: what has come since one last looked, live. */
import type { Alert, EventRow } from "../api";
import { asked, NOW_ALERTS as ALERTS, NOW_EVENTS as EVENTS } from "../first";
import type { ViewProperties } from "../main";
import { AlertHeadline, EventLine, ProblemNote, Time, Title, useAnswer, useChangeCount, useLastLook, Waiting } from "../parts";
import { ageText } from "../text";

const counted = (count: number, most: number, one: string, many: string) => `${count}${count === most ? "+" : ""} ${count === 1 ? one : many}`;

export function Now(_: ViewProperties) {
  const changes = useChangeCount(1500, true);
  const events = useAnswer<{ events: EventRow[] }>("events", asked.nowEvents().parameters, changes);
  const alerts = useAnswer<{ alerts: Alert[] }>("alerts", asked.nowAlerts().parameters, changes);
  const [before, markSeen] = useLastLook();
  const rows = events.value?.events ?? [], raised = alerts.value?.alerts ?? [];
  const isFresh = (time: string | number) => before > 0 && new Date(time).getTime() > before;
  const fresh = rows.filter((event) => isFresh(event.updated)), freshAlerts = raised.filter((alert) => isFresh(alert.created));
  const told = fresh.filter((event) => (event.revision ?? 1) > 1).length;
  const summary = [
    fresh.length > told && counted(fresh.length - told, EVENTS, "new event", "new events"),
    told > 0 && counted(told, EVENTS, "changed", "changed"),
    freshAlerts.length > 0 && counted(freshAlerts.length, ALERTS, "alert", "alerts"),
  ].filter(Boolean).join(", ");
  return (
    <>
      <Title aside={before > 0 && (summary
        ? <><span role="status">{summary} since you last looked, {ageText(before)}</span> <button type="button" onClick={markSeen}>Mark as seen</button></>
        : <span role="status">nothing new since you last looked, {ageText(before)}</span>)}>Now</Title>
      <ProblemNote problem={events.problem ?? alerts.problem} />
      <div class="two">
        <section aria-labelledby="now-events">
          <h2 id="now-events">Events <a class="more" href="/events?order=updated">all</a></h2>
          <Waiting when={!events.value && events.isAsking} />
          <div class="event-list" aria-live="polite">
            {rows.map((event, index) => (
              <div key={event.id}>
                {index > 0 && index === fresh.length && <p class="divider">seen before</p>}
                <EventLine event={event} isNew={isFresh(event.updated)} asOf="change" />
              </div>
            ))}
          </div>
          {events.value && rows.length === 0 && <p class="faint">No events yet. They appear here as the feeds bring them; <a href="/feeds">Feeds</a> shows how those fare.</p>}
        </section>
        <section aria-labelledby="now-alerts">
          <h2 id="now-alerts">Alerts <a class="more" href="/alerts">all</a></h2>
          <ul class="alert-list">
            {raised.map((alert) => (
              <li key={alert.id} class={isFresh(alert.created) ? "is-new" : ""}>
                <span class="alert-head"><a class="quiet" href={`/alerts?open=${alert.id}`}><b>{alert.watch}</b></a> <Time value={alert.created} /></span>
                <AlertHeadline alert={alert} />
              </li>
            ))}
          </ul>
          {alerts.value?.alerts.length === 0 && <p class="faint">No alerts. <a href="/watches">Watches</a> say what you want to hear of.</p>}
        </section>
      </div>
    </>
  );
}
