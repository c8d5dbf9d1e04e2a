/* Item: an article with every decision of the coder marked in it. */
import type { EventRecord, Item } from "../api";
import type { ViewProperties } from "../main";
import { Outside, ProblemNote, Title, useAnswer, Waiting } from "../parts";
import { actorName, dateText, publishedText, timeText, words } from "../text";
import { Marked } from "./event";

interface ItemPage { versions: Item[]; reports: EventRecord[]; remarks: { processor: string; text: string }[] }

function Report({ report }: { report: EventRecord }) {
  return (
    <li>
      <b>{words(report.type)}{report.subtype ? ` / ${words(report.subtype)}` : ""}</b> {[words(report.status), words(report.modality), words(report.scope), dateText(report.date)].filter(Boolean).join(" · ")}
      <br />{(report.actors ?? []).map((actor) => `${actorName(actor.id)} (${words(actor.role)})`).join(", ")} <span class="faint">confidence {(report.confidence ?? 0).toFixed(2)}</span>
      <ul class="plain-list">
        {(report.evidence ?? []).map((one, index) => <li key={index}><span class="faint">{words(one.field)}</span> <q dir="auto">{one.quote}</q></li>)}
      </ul>
      {(report.reasons ?? []).length > 0 && (
        <details><summary>Why</summary><ul class="plain-list">{report.reasons!.map((reason, index) => <li key={index}>{reason.weight != null && <span class="count">{reason.weight > 0 ? "+" : ""}{reason.weight.toFixed(2)} </span>}{reason.text}</li>)}</ul></details>
      )}
    </li>
  );
}

export function ItemView({ id }: ViewProperties) {
  const page = useAnswer<ItemPage>(`items/${encodeURIComponent(id)}`);
  const item = page.value?.versions[0];
  const evidence = (page.value?.reports ?? []).flatMap((report) => (report.evidence ?? []).map((one) => ({ ...one, field: `${words(report.type)}: ${one.field}` })));
  return (
    <>
      <ProblemNote problem={page.problem} />
      <Waiting when={!page.value && page.isAsking} />
      {item && (
        <>
          <Title><span dir="auto"><Outside url={item.url}><Marked text={item.title || item.id} evidence={evidence} inTitle /></Outside></span></Title>
          <p class="faint">{[item.publisher, item.class, item.author, `published ${publishedText(item.published, item.published_precision)}`, `fetched ${timeText(item.fetched)}`, item.language, page.value!.versions.length > 1 ? `version ${item.version} of ${page.value!.versions.length}` : ""].filter(Boolean).join(" · ")}</p>
          <div class="two">
            <div class="article whole" dir="auto" lang={item.language}><Marked text={item.body ?? ""} evidence={evidence} /></div>
            <section aria-labelledby="reports">
              <h2 id="reports">What the coder read in it</h2>
              {page.value!.remarks.map((remark) => <p key={remark.processor} class="problem">{remark.processor}: {remark.text}</p>)}
              {page.value!.reports.length === 0 ? <p class="faint">No event.</p> : <ul class="reports">{page.value!.reports.map((report) => <Report key={report.id} report={report} />)}</ul>}
            </section>
          </div>
        </>
      )}
    </>
  );
}
