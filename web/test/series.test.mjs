// Counts by period: what is left out is filled up, and what is far out of line is found.
import assert from "node:assert/strict";
import { build } from "esbuild";

const { outputFiles } = await build({ entryPoints: [new URL("../src/series.ts", import.meta.url).pathname], bundle: true, write: false, format: "esm" });
const series = await import("data:text/javascript;base64," + Buffer.from(outputFiles[0].contents).toString("base64"));

const periods = (...given) => series.stacked(given.map((period) => ({ period, type: "visit", count: 2 }))).periods;
assert.deepEqual(periods("2023-11", "2024-02"), ["2023-11", "2023-12", "2024-01", "2024-02"]);
assert.deepEqual(periods("2024-02-28", "2024-03-01"), ["2024-02-28", "2024-02-29", "2024-03-01"]);
assert.deepEqual(periods("2023-Q3", "2024-Q1"), ["2023-Q3", "2023-Q4", "2024-Q1"]);
assert.deepEqual(periods("0099", "0101"), ["0099", "0100", "0101"]);
assert.deepEqual(periods("2024-05"), ["2024-05"]);
assert.deepEqual(periods(), []);
assert.deepEqual(periods("0001-01-01", "2024-01-01"), ["0001-01-01", "2024-01-01"], "no two thousand years of days");
assert.deepEqual(periods("2024", "soon"), ["2024", "soon"], "what is no period is left as it is");
const both = series.stacked([{ period: "2024-01", type: "visit", count: 3 }, { period: "2024-03", type: "visit", count: 1 }, { period: "2024-03", type: "aid", count: 9 }]);
assert.deepEqual([both.types, both.counts, both.all], [["aid", "visit"], [[0, 0, 9], [3, 0, 1]], [3, 0, 10]]);

assert.deepEqual(series.spikesOf([2, 3, 2, 3, 2, 20, 2, 3]), [5]);
assert.deepEqual(series.spikesOf([0, 0, 0, 0, 5]), [], "five are no crowd");
assert.deepEqual(series.spikesOf([100, 100, 100, 100, 125]), [], "within what chance does");
assert.deepEqual(series.spikesOf([100, 100, 100, 100, 140]), [4]);
assert.deepEqual(series.spikesOf([0, 0, 0, 50]), [], "too little came before");
