// The countries as the map draws them: to project and cut them takes a browser longer than to draw them.
import { geoCentroid, geoNaturalEarth1, geoPath } from "d3-geo";
import { feature } from "topojson-client";

const PARTS = 10; /* of a pixel, where all of the world is shown: finer than the shapes themselves are true to */
const WIDTH_AT_EQUATOR = 0.8707; /* of the projection, by its first term: a radian there */

/** A number as short as a path may have it: "0.5" as ".5". */
const short = (value) => String(value / PARTS).replace(/^(-?)0\./, "$1.");

/** Numbers in a row, with a space only where nothing else parts them. */
const joined = (values) => values.map(short).reduce((all, one) => all + (one[0] === "-" || all === "" ? "" : " ") + one, "");

/** "M12.34,5.67L…Z…", from point to point and as short as a path can be written. */
export function shortened(line) {
  let whole = "";
  for (const ring of line.split("Z").filter(Boolean)) {
    const points = ring.slice(1).split("L").map((point) => point.split(",").map((value) => Math.round(Number(value) * PARTS)));
    const steps = points.slice(1).map(([x, y], index) => [x - points[index][0], y - points[index][1]]).filter(([x, y]) => x !== 0 || y !== 0);
    if (steps.length > 1) whole += `M${joined(points[0])}l${joined(steps.flat())}z`;
  }
  return whole;
}

/** `projected`: the page's own projection, which must be d3's. `finer`: the same world with the countries that are too small to be drawn in
 * this one, of which is told where each lies. */
export function drawn(world, projected, finer) {
  const middle = projected(0, 0), scale = ((projected(180, 0)[0] - middle[0]) / Math.PI) / WIDTH_AT_EQUATOR;
  const path = geoPath(geoNaturalEarth1().scale(scale).translate(middle).precision(0.3)).digits(3);
  const countries = feature(world, world.objects.countries).features.map((shape) => ({ id: shape.id, name: shape.properties.name, line: shortened(path(shape) ?? "") }));
  const known = new Set(countries.map(({ id, name }) => id ?? name));
  const small = feature(finer, finer.objects.countries).features.filter(({ id, properties }) => !known.has(id ?? properties.name)).map((shape) => {
    const [x, y] = projected(...geoCentroid(shape)).map((value) => Math.round(value * PARTS) / PARTS);
    return { id: shape.id, name: shape.properties.name, x, y };
  }).filter(({ id }) => id !== undefined);
  return { sphere: shortened(path({ type: "Sphere" })), countries, small };
}
