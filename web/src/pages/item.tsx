/* Item: an article with every decision of the coder marked in it. */
import type { Evidence, EventRecord, Item } from "../api";
import type { ViewProperties } from "../main";
import { Outside, ProblemNote, Title, useAnswer, Waiting } from "../parts";
import { actorName, dateText, piecesOf, publishedText, timeText, words, type Seen } from "../text";

interface Considered { coded: boolean; headline: string; why_not?: string; facts: { label: string; value: string }[]; reasons: { text: string; weight: number }[] }
interface Explanation { stamp: string; relevance: string; cut: boolean; marks: Seen[]; events: Considered[] }
interface ItemPage { versions: Item[]; reports: EventRecord[]; remarks: { processor: string; text: string }[] }

const KINDS: Record<string, string> = {
  trigger: "tells of an event", actor: "an actor, or whom it stands for", thing: "equipment, an exercise, a paper", place: "a place", time: "a time", number: "a number",
  modality: "how sure or how far", none: "looks like one of these and is none",
};
const nameOf = (kind: string) => (kind === "none" ? "means nothing here" : kind);

/** The text with what rests on it, and with what the coder saw in it, each with what it took it for. */
function Read({ text, evidence, seen, inTitle }: { text: string; evidence: Evidence[]; seen: Seen[]; inTitle?: boolean }) {
  const own = evidence.filter((one) => (one.in === "title") === !!inTitle), marks = seen.filter((one) => (one.in === "title") === !!inTitle);
  return (
    <>
      {piecesOf(text, own, marks).map(({ text, fields, seen, isEnd }, index) => {
        const word = seen ? <span class={`seen seen-${seen.kind}`} title={[`${nameOf(seen.kind)}: ${words(seen.label)}`, seen.more].filter(Boolean).join(", ")}>{text}{isEnd && !inTitle && seen.label !== seen.kind && <small>{words(seen.label)}</small>}</span> : text;
        return fields.length > 0 ? <mark key={index} class="evidence" title={seen ? undefined : fields.map(words).join(", ")}>{word}</mark> : word;
      })}
    </>
  );
}

/** What was no event, or not another one, and why. */
function Misses({ explanation }: { explanation: Explanation }) {
  const misses = explanation.events.filter((event) => !event.coded);
  if (misses.length === 0) return null;
  return (
    <>
      <h2>What it left, and why</h2>
      <ul class="misses">
        {misses.map((event, index) => (
          <li key={index}>
            <b>{words(event.headline.replace(".", " / "))}</b><br />{event.why_not}
            <details><summary>What spoke for it and against</summary>
              <ul class="plain-list">{event.facts.map((fact, at) => <li key={at}><span class="faint">{words(fact.label)}</span> {fact.value}</li>)}{event.reasons.map((reason, at) => <li key={`w${at}`}><span class="count">{reason.weight > 0 ? "+" : ""}{reason.weight.toFixed(2)} </span>{reason.text}</li>)}</ul>
            </details>
          </li>
        ))}
      </ul>
    </>
  );
}

function Legend({ seen }: { seen: Seen[] }) {
  const kinds = Object.keys(KINDS).filter((kind) => seen.some((one) => one.kind === kind));
  return kinds.length > 0 ? <ul class="legend" aria-label="What the marks mean">{kinds.map((kind) => <li key={kind}><span class={`seen seen-${kind}`}>{nameOf(kind)}</span> {KINDS[kind]}</li>)}<li><span class="evidence">marked</span> an event rests on it</li></ul> : null;
}

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
  const explanation = useAnswer<Explanation>(item ? `items/${encodeURIComponent(id)}/explanation` : null), seen = explanation.value?.marks ?? [];
  const stamp = page.value?.reports.find((report) => report.stamp)?.stamp;
  const evidence = (page.value?.reports ?? []).flatMap((report) => (report.evidence ?? []).map((one) => ({ ...one, field: `${words(report.type)}: ${one.field}` })));
  return (
    <>
      <ProblemNote problem={page.problem} />
      <Waiting when={!page.value && page.isAsking} />
      {item && (
        <>
          <Title><span dir="auto"><Outside url={item.url}><Read text={item.title || item.id} evidence={evidence} seen={seen} inTitle /></Outside></span></Title>
          <p class="faint">{[item.publisher, item.class, item.author, `published ${publishedText(item.published, item.published_precision)}`, `fetched ${timeText(item.fetched)}`, item.language, page.value!.versions.length > 1 ? `version ${item.version} of ${page.value!.versions.length}` : ""].filter(Boolean).join(" · ")}</p>
          <div class="two">
            <div>
              <div class="article whole" dir="auto" lang={item.language}><Read text={item.body ?? ""} evidence={evidence} seen={seen} /></div>
              <ProblemNote problem={explanation.problem} />
              <Legend seen={seen} />
              {stamp && explanation.value && stamp !== explanation.value.stamp && <p class="faint">It was coded by {stamp}; what is marked, and left, is what {explanation.value.stamp} makes of it.</p>}
            </div>
            <section aria-labelledby="reports">
              <h2 id="reports">What the coder read in it</h2>
              {page.value!.remarks.map((remark) => <p key={remark.processor} class="problem">{remark.processor}: {remark.text}</p>)}
              {page.value!.reports.length === 0 ? <p class="faint">No event.</p> : <ul class="reports">{page.value!.reports.map((report) => <Report key={report.id} report={report} />)}</ul>}
              {explanation.value && <Misses explanation={explanation.value} />}
            </section>
          </div>
        </>
      )}
    </>
  );
}
