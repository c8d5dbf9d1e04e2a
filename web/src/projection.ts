/* Projection: the whole world as the map shows it. build.mjs draws the countries by it, so no browser has to. */

export const WIDTH = 960, HEIGHT = 500;
const SCALE = 174.354, RADIANS = Math.PI / 180; /* as large as leaves two pixels around */

/** Natural Earth, by the polynomials of Šavrič and others (2015). */
export function projected(longitude: number, latitude: number): [number, number] {
  const angle = latitude * RADIANS, square = angle * angle, fourth = square * square;
  const width = 0.8707 - 0.131979 * square + fourth * (-0.013791 + fourth * (0.003971 * square - 0.001529 * fourth));
  const height = angle * (1.007226 + square * (0.015085 + fourth * (-0.044475 + 0.028874 * square - 0.005916 * fourth)));
  return [WIDTH / 2 + SCALE * longitude * RADIANS * width, HEIGHT / 2 - SCALE * height];
}
