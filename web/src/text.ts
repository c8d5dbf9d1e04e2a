/* Texts for people: names of countries and of the codebook's words, dates with the precision that the source stated, parts of a
 * text by byte offsets, addresses that may be linked. */
import { codes } from "./country_codes";
import type { Equipment, EventDate, EventRecord, Evidence, Quantity, Step } from "./api";

const alpha2 = new Map<string, string>();
const numeric = new Map<string, string>();
for (const code of codes.split(" ")) {
  alpha2.set(code.slice(0, 3), code.slice(3, 5));
  if (code.length > 5) numeric.set(code.slice(5), code.slice(0, 3));
}
/* Made when first wanted, and once: to make one takes as long as to write a hundred texts with it. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
const names = once(() => new Intl.DisplayNames(["en"], { type: "region" }));
const dayForm = once(() => new Intl.DateTimeFormat(undefined, { dateStyle: "medium" }));
const timeForm = once(() => new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }));

export const alpha3OfNumeric = (code: string) => numeric.get(code.padStart(3, "0"));
export const isCountry = (id: string) => alpha2.has(id);
export const allCountries = () => [...alpha2.keys()].filter((id) => id !== "ATA");

const ACRONYM_MAX = 3;
const spoken = new Map<string, string>(); // a page says the same names again and again, and to look one up takes a while

/** "UZB" → "Uzbekistan", "COM:bae_systems" → "BAE Systems", "ORG:NATO" → "NATO" */
export function actorName(id: string): string {
  const code = alpha2.get(id);
  if (code) {
    const known = spoken.get(id) ?? names().of(code) ?? id;
    spoken.set(id, known);
    return known;
  }
  if (id === "UNK") return "unknown";
  const colon = id.indexOf(":");
  if (colon <= 0) return id;
  const name = id.slice(colon + 1).replace(/_/g, " ");
  return id.startsWith("COM:") ? name.replace(/[^ -]+/g, (word) => (word.length <= ACRONYM_MAX ? word.toUpperCase() : word[0].toUpperCase() + word.slice(1))) : name;
}
/** A sentence about countries with their names in place of their codes. */
export const withNames = (text: string | undefined) => (text ?? "").replace(/\b[A-Z]{3}\b/g, (code) => (alpha2.has(code) ? actorName(code) : code));
/** "arms_transfer" → "arms transfer" */
export const words = (word: string | undefined | null) => (word ?? "").replace(/_/g, " ");

/** In the reader's zone. */
export function timeText(value: string | number | undefined): string {
  if (!value) return "";
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? "" : timeForm().format(time);
}
/** A publication with no more precision than its source gave it: a day stays that day in every zone. */
export function publishedText(value: string | undefined, precision: string | undefined): string {
  if (!value) return "no date";
  if (precision === "day") return value.slice(0, 10);
  if (precision === "month") return value.slice(0, 7);
  if (precision === "year") return value.slice(0, 4);
  return timeText(value);
}
const DAY_MS = 86400000, AGE_DAYS_MAX = 60;
export function ageText(value: string | number | undefined, now = Date.now()): string {
  if (!value) return "never";
  const time = new Date(value).getTime();
  if (now - time > AGE_DAYS_MAX * DAY_MS) return dayForm().format(time);
  const seconds = Math.round((now - new Date(value).getTime()) / 1000);
  const ahead = seconds < 0 ? "in " : "", behind = seconds < 0 ? "" : " ago", size = Math.abs(seconds);
  const [count, unit] = size < 90 ? [size, "s"] : size < 5400 ? [Math.round(size / 60), "min"] : size < 129600 ? [Math.round(size / 3600), "h"] : [Math.round(size / 86400), "d"];
  return `${ahead}${count} ${unit}${behind}`;
}
/** The date of an act, as it was stated. */
export function dateText(date: EventDate | undefined): string {
  if (!date) return "";
  if (date.start && date.end && date.start !== date.end) return `${date.start} – ${date.end}`;
  if (date.start && date.end) return date.start;
  if (date.start) return `since ${date.start}`;
  if (date.end) return `until ${date.end}`;
  return date.as_of ? `as of ${date.as_of}` : "";
}
/** "2,400,000.5", as English writes it like the rest of the page: the browser's own formatter takes 40 ms to be made. */
export function numberText(value: number): string {
  const [whole, part] = String(Math.round(value * 1000) / 1000).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
}
export function quantityText(quantity: Quantity): string {
  const sign = { about: "about ", at_least: "at least ", at_most: "at most " }[quantity.qualifier ?? ""] ?? "";
  const value = quantity.value == null ? (quantity.raw ?? "some") : numberText(quantity.value);
  const range = quantity.max != null ? `–${numberText(quantity.max)}` : "";
  return `${sign}${value}${range} ${quantity.unit || words(quantity.kind)}`;
}
/** "signed 2024-03-04, 12, 300,000,000 USD" */
export const stepText = (step: Step) => [[words(step.status), step.date].filter(Boolean).join(" "), step.count == null ? "" : numberText(step.count), step.money == null ? "" : `${numberText(step.money)} ${step.currency ?? ""}`.trim()].filter(Boolean).join(", ");
export const equipmentText = (equipment: Equipment) => (equipment.count != null ? `${equipment.count} ` : "") + equipment.name;

type Told = Pick<EventRecord, "actors" | "type" | "subtype" | "status" | "name" | "equipment" | "quantities" | "places">;
const GIVERS = ["supplier", "initiator"], TAKERS = ["recipient", "target"], NAMES_MAX = 4, THINGS_MAX = 3;

function namesOf(ids: string[]): string {
  const names = [...new Set(ids)].map(actorName);
  return names.length > NAMES_MAX ? `${names.slice(0, NAMES_MAX).join(", ")} and ${names.length - NAMES_MAX} more` : names.join(", ");
}
/** "Türkiye → Kyrgyzstan", "Finland, Sweden" */
export function partiesText(event: Told): string {
  const actors = event.actors ?? [], of = (roles: string[]) => actors.filter((actor) => roles.includes(actor.role)).map((actor) => actor.id);
  const givers = of(GIVERS), takers = of(TAKERS);
  if (givers.length > 0 && takers.length > 0) return `${namesOf(givers)} → ${namesOf(takers)}`;
  const others = actors.filter((actor) => actor.role !== "observer").map((actor) => actor.id);
  return namesOf(others) || "no party named";
}
/** "“Silk Ridge”, 6 Bayraktar TB2, Jizzakh region": what sets it apart, as far as a line holds it. */
export function thingsText(event: Told): string {
  const things = [event.name ? `“${event.name}”` : "", ...(event.equipment ?? []).map(equipmentText), ...(event.quantities ?? []).map(quantityText), ...(event.places ?? []).map((place) => place.name ?? place.raw ?? "")];
  return [...new Set(things.filter(Boolean))].slice(0, THINGS_MAX).join(", ");
}
/* Types whose subtypes say by themselves what is done, and subtypes that do not. */
const TOLD_BY_SUBTYPE = ["arms_transfer", "downturn", "operation", "visit", "expo"];
const SAID_OTHERWISE: Record<string, string> = { high_level: "high-level visit", delegation: "visit of a delegation", port_call: "port call", reexport: "re-export", coalition: "coalition operation", relief: "relief operation" };

function actText(event: Told): string {
  const word = (TOLD_BY_SUBTYPE.includes(event.type) && event.subtype) || event.type;
  return SAID_OTHERWISE[word] ?? words(word);
}
/** A line for people; the daemon's own headline has the codes. */
export function headlineText(event: Told): string {
  const things = thingsText(event);
  return `${partiesText(event)}: ${actText(event)}${event.status && event.status !== "unknown" ? ` ${words(event.status)}` : ""}${things ? `, ${things}` : ""}`;
}

/** Addresses come from feeds: only http and https may be followed. */
export function safeUrl(url: string | undefined): string | undefined {
  if (!url) return undefined;
  try {
    const parsed = new URL(url);
    return parsed.protocol === "http:" || parsed.protocol === "https:" ? parsed.href : undefined;
  } catch {
    return undefined;
  }
}

/** From where to where, in bytes, the sentence goes that holds the bytes from `start` to `end`; the whole text where they are none
 * of its own. Line breaks end sentences too. */
export function sentenceAround(text: string, start: number, end: number): [number, number] {
  const bytes = new TextEncoder().encode(text), decoder = new TextDecoder();
  if (start < 0 || end <= start || end > bytes.length) return [0, bytes.length];
  const before = decoder.decode(bytes.subarray(0, start)), after = decoder.decode(bytes.subarray(end));
  const sizeOf = (part: string) => new TextEncoder().encode(part).length;
  let from = 0;
  for (const stop of before.matchAll(/[.!?…]["”’»)]*\s+|\n\s*/g)) from = stop.index + stop[0].length;
  /* Words that end a sentence themselves need no more. */
  const isEnded = /[.!?…]["”’»)]*$/.test(decoder.decode(bytes.subarray(start, end))) && /^(\s|$)/.test(after);
  const stop = isEnded ? null : /[.!?…]["”’»)]*(?=\s|$)|\n/.exec(after);
  const to = isEnded ? 0 : stop ? stop.index + stop[0].trimEnd().length : after.length;
  return [sizeOf(before.slice(0, from)), end + sizeOf(after.slice(0, to))];
}

export interface Segment { text: string; fields: string[] }
/** The text in pieces, each with the fields whose evidence covers it. Offsets count bytes of UTF-8. */
export function segmentsOf(text: string, evidence: Evidence[]): Segment[] {
  const bytes = new TextEncoder().encode(text), decoder = new TextDecoder();
  const spans = evidence.filter((one) => one.start >= 0 && one.end > one.start && one.end <= bytes.length);
  const edges = [...new Set([0, bytes.length, ...spans.flatMap((span) => [span.start, span.end])])].sort((a, b) => a - b);
  const segments: Segment[] = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const [start, end] = [edges[i], edges[i + 1]];
    const fields = [...new Set(spans.filter((span) => span.start <= start && span.end >= end).map((span) => span.field))];
    segments.push({ text: decoder.decode(bytes.subarray(start, end)), fields });
  }
  return segments;
}

/* What the coder took a piece of the text for: "UZB", "arms_transfer", "hypothetical". */
export interface Seen { in: string; start: number; end: number; kind: string; label: string; more?: string }
export interface Piece extends Segment { seen?: Seen; isEnd: boolean }
/** As segmentsOf, cut also where what was seen begins and ends; `isEnd` at the last piece of it. */
export function piecesOf(text: string, evidence: Evidence[], seen: Seen[]): Piece[] {
  const bytes = new TextEncoder().encode(text), decoder = new TextDecoder();
  const within = <Span extends { start: number; end: number }>(spans: Span[]) => spans.filter((one) => one.start >= 0 && one.end > one.start && one.end <= bytes.length);
  const spans = within(evidence), marks = within(seen);
  const edges = [...new Set([0, bytes.length, ...[...spans, ...marks].flatMap((span) => [span.start, span.end])])].sort((a, b) => a - b);
  const pieces: Piece[] = [];
  let next = 0; // they are in order, and none lies over another
  for (let i = 0; i + 1 < edges.length; i++) {
    const [start, end] = [edges[i], edges[i + 1]];
    while (next < marks.length && marks[next].end <= start) next++;
    const mark = marks[next]?.start <= start ? marks[next] : undefined;
    const fields = [...new Set(spans.filter((span) => span.start <= start && span.end >= end).map((span) => span.field))];
    pieces.push({ text: decoder.decode(bytes.subarray(start, end)), fields, seen: mark, isEnd: mark?.end === end });
  }
  return pieces;
}

/** A rule, and the class of source that it is narrowed down to. */
export function classIn(when: string): { rule: string; value: string } {
  const found = /^(?:\((.*)\) and )?source_class = (\w+)$/s.exec(when);
  return found ? { rule: found[1] ?? "", value: found[2] } : { rule: when, value: "" };
}
/** The rule narrowed down to a class of source; to none where it is that one already. */
export function withClass(when: string, value: string): string | undefined {
  const { rule, value: present } = classIn(when);
  if (present === value) return rule || undefined;
  return rule ? `(${rule}) and source_class = ${value}` : `source_class = ${value}`;
}
