/* Alerts: what the watches raised, whether it was delivered, and what is done about it. */
import { command, type Alert } from "../api";
import { addressWith } from "../filter";
import type { ViewProperties } from "../main";
import { Badge, mayCorrect, ProblemNote, Time, Title, useAction, useAnswer, useChangeCount, usePages, Waiting } from "../parts";
import { go } from "../router";

const STATES = ["new", "acknowledged", "muted"];

export function Alerts({ place, me }: ViewProperties) {
  const changes = useChangeCount(2000);
  const filter = { watch: place.search.get("watch") ?? undefined, state: place.search.get("state") ?? undefined, since: place.search.get("since") ?? undefined };
  const action = useAction();
  const pages = usePages<Alert>("alerts", "alerts", filter, changes);
  const watches = useAnswer<{ watches: { name: string; alerts: number }[] }>("watches", {}, changes);
  const set = (name: string, value: string) => go(addressWith(place, { [name]: value }));
  return (
    <>
      <Title>Alerts</Title>
      <form class="filter" onSubmit={(event) => event.preventDefault()}>
        <label>Watch <select value={filter.watch ?? ""} onChange={(event) => set("watch", event.currentTarget.value)}>
          <option value="">all</option>
          {(watches.value?.watches ?? []).map((watch) => <option key={watch.name} value={watch.name}>{watch.name} ({watch.alerts})</option>)}
        </select></label>
        <label>State <select value={filter.state ?? ""} onChange={(event) => set("state", event.currentTarget.value)}>
          <option value="">any</option>
          {STATES.map((state) => <option key={state} value={state}>{state}</option>)}
        </select></label>
        <label>Since <input type="date" value={filter.since ?? ""} onChange={(event) => set("since", event.currentTarget.value)} /></label>
        <a href={`/feeds/alerts.atom${filter.watch ? `?watch=${encodeURIComponent(filter.watch)}` : ""}`} target="_blank">Atom feed</a>
      </form>
      <ProblemNote problem={pages.problem} />
      {action.shown}
      <Waiting when={pages.isLoading} />
      <div class="scroll">
        <table class="rows">
          <caption class="hidden">Alerts, newest first</caption>
          <thead><tr><th scope="col">Made</th><th scope="col">Watch</th><th scope="col">Headline</th><th scope="col">Why</th><th scope="col">Sent</th><th scope="col">State</th>{mayCorrect(me) && <th scope="col">Do</th>}</tr></thead>
          <tbody>
            {pages.rows.map((alert) => (
              <tr key={alert.id}>
                <td><Time value={alert.created} /></td>
                <td>{alert.watch}</td>
                <td dir="auto">{alert.event ? <a href={`/event/${alert.event}`}>{alert.headline}</a> : alert.headline}</td>
                <td>{alert.reason}</td>
                <td>{alert.dead > 0 ? <Badge kind="denied">{alert.dead} given up</Badge> : alert.pending > 0 ? `${alert.pending} to send` : alert.delivered > 0 ? "yes" : "–"}</td>
                <td>{alert.state}</td>
                {mayCorrect(me) && (
                  <td class="buttons">
                    {alert.state === "new" && <button type="button" disabled={action.isBusy} aria-label={`Acknowledge: ${alert.headline}`} onClick={() => action.run(() => command("alert-acknowledge", alert.id), pages.more)}>Acknowledge</button>}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!pages.isDone && pages.rows.length > 0 && <button type="button" onClick={pages.more}>More</button>}
      {!pages.isLoading && !pages.problem && pages.rows.length === 0 && <p class="faint">No alert fits.</p>}
    </>
  );
}
