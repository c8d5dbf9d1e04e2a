// The network's circles stand apart within the plane, and no name covers a circle or a name.
import assert from "node:assert/strict";
import { build } from "esbuild";

const { outputFiles } = await build({ entryPoints: [new URL("../src/network.ts", import.meta.url).pathname], bundle: true, write: false, format: "esm" });
const { HEIGHT, layOut, WIDTH } = await import("data:text/javascript;base64," + Buffer.from(outputFiles[0].contents).toString("base64"));

const boxOf = ({ name, label }) => {
  const width = name.length * 6.2, left = { start: label.x, end: label.x - width, middle: label.x - width / 2 }[label.anchor];
  return { name, left, right: left + width, high: label.y - 10, low: label.y + 2 };
};
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.high < b.low && b.high < a.low;

const CODES = "AUS BRA CAN CHN DEU EGY FRA GBR IND ITA JPN KAZ KGZ KOR MEX NLD NOR POL PRK PYF RUS SAU SPM SWE TCA TUR UKR USA UZB VCT VNM ZAF".split(" ");
const crowd = [];
for (let first = 0; first < CODES.length; first++)
  for (let second = first + 1; second < CODES.length; second++) crowd.push({ first: CODES[first], second: CODES[second], count: Math.ceil(90000 / (1 + first * second)) });
crowd.sort((a, b) => b.count - a.count);

for (const [what, pairs] of [["a crowd", crowd], ["a pair", [{ first: "USA", second: "KOR", count: 3 }]], ["one with itself", [{ first: "USA", second: "USA", count: 1 }]], ["none", []]]) {
  const { nodes, links } = layOut(pairs);
  assert.ok(nodes.every(({ x, y }) => x > 0 && x < WIDTH && y > 0 && y < HEIGHT), `${what}: within the plane`);
  assert.ok(links.every(({ source, target }) => nodes.includes(source) && nodes.includes(target)), what);
  nodes.forEach((one, index) => nodes.slice(index + 1).forEach((other) => assert.ok(Math.hypot(one.x - other.x, one.y - other.y) > one.radius + other.radius, `${what}: ${one.id} and ${other.id} stand apart`)));
  const labels = nodes.filter(({ label }) => label).map(boxOf);
  labels.forEach((one, index) => labels.slice(index + 1).forEach((other) => assert.ok(!overlap(one, other), `${what}: ${one.name} and ${other.name}`)));
  for (const { name, ...box } of labels)
    for (const { x, y, radius, name: whose } of nodes) assert.ok(!overlap(box, { left: x - radius, right: x + radius, high: y - radius, low: y + radius }), `${what}: ${name} over ${whose}`);
  assert.ok(labels.length >= nodes.length * 0.7, `${what}: ${labels.length} of ${nodes.length} have a name`);
  assert.ok(nodes.slice(0, 3).every(({ label }) => label), `${what}: those with most events have one`);
}
console.log("network: all stand apart");
