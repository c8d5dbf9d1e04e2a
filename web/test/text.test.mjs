// The functions that stand between foreign texts and the page.
import assert from "node:assert/strict";
import { build } from "esbuild";

const { outputFiles } = await build({ entryPoints: [new URL("../src/text.ts", import.meta.url).pathname], bundle: true, write: false, format: "esm" });
const text = await import("data:text/javascript;base64," + Buffer.from(outputFiles[0].contents).toString("base64"));

for (const url of ["javascript:alert(1)", " javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//example.org/x", "/relative", "", undefined, "http://", "blob:https://x/1"])
  assert.equal(text.safeUrl(url), undefined, String(url));
assert.equal(text.safeUrl("https://example.org/a?b=<c>"), "https://example.org/a?b=%3Cc%3E");

// Offsets count bytes: "é" has two, "😀" four.
const marked = text.segmentsOf("é😀 pact", [{ field: "type", quote: "pact", start: 7, end: 11 }]);
assert.deepEqual(marked, [{ text: "é😀 ", fields: [] }, { text: "pact", fields: ["type"] }]);
const overlapping = text.segmentsOf("abcdef", [{ field: "a", quote: "", start: 0, end: 4 }, { field: "b", quote: "", start: 2, end: 6 }]);
assert.deepEqual(overlapping.map((one) => [one.text, one.fields.join()]), [["ab", "a"], ["cd", "a,b"], ["ef", "b"]]);
for (const [start, end] of [[-1, 3], [3, 2], [0, 99], [99, 100]])
  assert.equal(text.segmentsOf("abc", [{ field: "x", quote: "", start, end }]).map((one) => one.text).join(""), "abc");
assert.deepEqual(text.segmentsOf("", []), []);

// The sentence around some words, in bytes as well.
const report = "Élan grew. Peru signed a pact with 3.5 m people (Lima). Rain fell.\nNo end";
const part = (words, wanted = report) => {
  const start = Buffer.from(wanted.slice(0, wanted.indexOf(words))).length, [first, last] = text.sentenceAround(wanted, start, start + Buffer.from(words).length);
  return Buffer.from(wanted).subarray(first, last).toString();
};
assert.equal(part("pact"), "Peru signed a pact with 3.5 m people (Lima).");
assert.equal(part("Élan"), "Élan grew.");
assert.equal(part("end"), "No end");
assert.equal(part("Lima). Rain"), "Peru signed a pact with 3.5 m people (Lima). Rain fell.");
assert.deepEqual(text.sentenceAround("abc", 5, 9), [0, 3]);

assert.equal(text.actorName("UZB"), "Uzbekistan");
assert.equal(text.actorName("XKX"), "Kosovo");
assert.equal(text.actorName("COM:bharat_dynamics"), "Bharat Dynamics");
assert.equal(text.actorName("COM:bae_systems"), "BAE Systems");
assert.equal(text.actorName("<img>"), "<img>");
assert.equal(text.withNames("MAR has had 2 suppliers: DEU, XQZ; USAF"), "Morocco has had 2 suppliers: Germany, XQZ; USAF");
assert.equal(text.dateText({ start: "2024-05-19", end: "2024-05-23" }), "2024-05-19 – 2024-05-23");
assert.equal(text.dateText({ start: "2001", end: null }), "since 2001");
assert.equal(text.dateText({ as_of: "2024-01-02" }), "as of 2024-01-02");
assert.equal(text.publishedText("2024-05-19T00:00:00Z", "day"), "2024-05-19");
assert.equal(text.publishedText(undefined, undefined), "no date");
assert.equal(text.ageText(Date.now() - 3 * 3600e3), "3 h ago");
assert.equal(text.quantityText({ kind: "personnel", value: null, max: null, raw: "dozens", qualifier: "about" }), "about dozens personnel");
assert.equal(text.quantityText({ kind: "money", value: 2.4e9, max: null, unit: "USD", qualifier: "exact" }), `${(2.4e9).toLocaleString()} USD`);
for (const [value, written] of [[0, "0"], [999, "999"], [1000, "1,000"], [-1234567, "-1,234,567"], [1234.5678, "1,234.568"], [0.25, "0.25"]]) assert.equal(text.numberText(value), written);
assert.equal(text.equipmentText({ name: "radar", count: null }), "radar");
const told = { type: "arms_transfer", subtype: "sale", status: "completed", actors: [{ id: "TUR", role: "supplier" }, { id: "KGZ", role: "recipient" }, { id: "RUS", role: "observer" }], equipment: [{ name: "TB2", count: 6 }] };
assert.equal(text.headlineText(told), "Türkiye → Kyrgyzstan: sale completed, 6 TB2");
assert.equal(text.headlineText({ type: "exercise", status: "unknown", name: "Ridge", actors: ["FIN", "SWE", "NOR", "DNK", "EST"].map((id) => ({ id, role: "participant" })), places: null }), "Finland, Sweden, Norway, Denmark and 1 more: exercise, “Ridge”");
assert.equal(text.headlineText({ type: "visit", actors: [] }), "no party named: visit");
console.log("texts: all as they shall be");

// What was seen and what events rest on cut a text together; offsets count bytes.
const pieces = text.piecesOf("Ägypten may sell", [{ field: "type", quote: "", start: 0, end: 17 }, { field: "x", quote: "", start: 9, end: 99 }],
  [{ in: "body", start: 0, end: 8, kind: "actor", label: "EGY" }, { in: "body", start: 9, end: 12, kind: "modality", label: "hypothetical" }, { in: "body", start: 13, end: 40, kind: "time", label: "cut" }]);
assert.deepEqual(pieces.map((one) => [one.text, one.fields.join(), one.seen?.label, one.isEnd]), [["Ägypten", "type", "EGY", true], [" ", "type", undefined, false], ["may", "type", "hypothetical", true], [" sell", "type", undefined, false]]);
const parted = text.piecesOf("one two", [{ field: "date", quote: "", start: 4, end: 7 }], [{ in: "body", start: 0, end: 7, kind: "thing", label: "x" }]);
assert.deepEqual(parted.map((one) => [one.text, one.fields.length, one.seen?.label, one.isEnd]), [["one ", 0, "x", false], ["two", 1, "x", true]]);

// A facet narrows a rule down, and gives it back.
assert.equal(text.withClass("", "official"), "source_class = official");
assert.equal(text.withClass("source_class = official", "official"), undefined);
assert.equal(text.withClass("source_class = official", "wire"), "source_class = wire");
const narrowed = text.withClass("type = visit or actor = UZB", "wire");
assert.equal(narrowed, "(type = visit or actor = UZB) and source_class = wire");
assert.equal(text.classIn(narrowed).value, "wire");
assert.equal(text.withClass(narrowed, "media"), "(type = visit or actor = UZB) and source_class = media");
assert.equal(text.withClass(narrowed, "wire"), "type = visit or actor = UZB");
