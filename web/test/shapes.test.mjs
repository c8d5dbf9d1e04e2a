// The map's shapes stand where the page's own projection puts their places, however short they are written.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { geoNaturalEarth1 } from "d3-geo";
import { build } from "esbuild";
import { drawn, shortened } from "../shapes.mjs";

const { outputFiles } = await build({ entryPoints: [new URL("../src/projection.ts", import.meta.url).pathname], bundle: true, write: false, format: "esm" });
const { HEIGHT, projected, WIDTH } = await import("data:text/javascript;base64," + Buffer.from(outputFiles[0].contents).toString("base64"));

const theirs = geoNaturalEarth1().fitExtent([[2, 2], [WIDTH - 2, HEIGHT - 2]], { type: "Sphere" });
for (let longitude = -180; longitude <= 180; longitude += 30)
  for (let latitude = -90; latitude <= 90; latitude += 15)
    theirs([longitude, latitude]).forEach((value, axis) => assert.ok(Math.abs(value - projected(longitude, latitude)[axis]) < 0.01, `${longitude} ${latitude}`));

/** The rings of a short path, as points. */
function pointsOf(path) {
  return path.split("z").filter(Boolean).map((ring) => {
    const [start, steps] = ring.slice(1).split("l").map((part) => part.match(/-?(\d+(\.\d+)?|\.\d+)/g).map(Number));
    const points = [start];
    for (let at = 0; at < steps.length; at += 2) points.push([points.at(-1)[0] + steps[at], points.at(-1)[1] + steps[at + 1]]);
    return points;
  });
}
const [ring] = pointsOf(shortened("M10.31,-0.52L20.04,0.04L20.04,0.04L-0.3,110.5L0.5,0.5Z"));
[[10.3, -0.5], [20, 0], [-0.3, 110.5], [0.5, 0.5]].forEach((point, index) => point.forEach((value, axis) => assert.ok(Math.abs(value - ring[index][axis]) < 0.001, `${ring}`)));
assert.equal(ring.length, 4, "who stands still takes no step");
assert.equal(shortened("M1,1L1.01,1.01L1,1.02Z"), "", "less than a tenth of a pixel is nothing");

const atlas = async (file) => JSON.parse(await readFile(createRequire(import.meta.url).resolve(`world-atlas/${file}.json`), "utf8"));
const shapes = drawn(await atlas("countries-110m"), projected, await atlas("countries-50m"));
/* What is no shape is a place: Singapore, Bahrain, Malta, and none of them twice. */
for (const [name, id, longitude, latitude] of [["Singapore", "702", 103.8, 1.35], ["Bahrain", "048", 50.55, 26.05], ["Malta", "470", 14.4, 35.9]]) {
  const small = shapes.small.filter((one) => one.id === id), [x, y] = projected(longitude, latitude);
  assert.equal(small.length, 1, name);
  assert.ok(Math.hypot(small[0].x - x, small[0].y - y) < 2, `${name} lies where it is`);
}
assert.ok(shapes.small.every(({ id }) => !shapes.countries.some((one) => one.id === id)));
/* Corners of each, by its coasts: west, south, east, north. */
for (const [name, west, south, east, north] of [["Madagascar", 43.3, -25.6, 50.5, -12.0], ["Iceland", -24.3, 63.5, -13.6, 66.5], ["Cuba", -85.0, 19.9, -74.2, 23.2]]) {
  const points = pointsOf(shapes.countries.find((one) => one.name === name).line).flat();
  const corners = [[west, south], [west, north], [east, south], [east, north]].map((one) => projected(...one));
  for (const axis of [0, 1]) {
    const least = Math.min(...corners.map((one) => one[axis])), most = Math.max(...corners.map((one) => one[axis]));
    assert.ok(points.every((point) => point[axis] > least - 3 && point[axis] < most + 3), `${name} lies where it is`);
  }
}
for (const { name, line } of [...shapes.countries, { name: "the sphere", line: shapes.sphere }])
  assert.ok(pointsOf(line).flat().every(([x, y]) => x > 0 && x < WIDTH && y > 0 && y < HEIGHT), `${name} lies within the map`);
console.log("shapes: all where they shall be");
