/* Network: who deals with whom, laid out in a plane, and which names there is room for. */
import { actorName } from "./text";

export interface Pair { first: string; second: string; count: number }
export interface Node { id: string; name: string; count: number; radius: number; x: number; y: number; label?: { x: number; anchor: "start" | "end" | "middle"; y: number } }
export interface Link { source: Node; target: Node; count: number }

export const WIDTH = 960, HEIGHT = 560;
const NODES = 30, LINKS = 70;
const RADIUS_LEAST = 4, RADIUS_SPAN = 9;
const LETTER = 6.2, LINE = 13, GAP = 3; /* pixels: of a letter at most names' mean, of a line, between a circle and its name */
const EDGE = { left: 20, right: 110, high: 24, low: 24 }; /* what of the plane stays free of circles, for names to stand in */

/* Forces, as in a simulation of d3-force: thirty bodies need no quadtree, and a browser has done with them before it has compiled one. */
const TURNS = 120, REPULSION = 700, ROOM = 68, PULL_X = 0.07, PULL_Y = 0.17, FRICTION = 0.6, COOLEST = 0.001, STRETCH_MOST = 1.6;
const TURN_ANGLE = Math.PI * (3 - Math.sqrt(5)), TURN_STEP = 10;

function chosen(pairs: Pair[]): { nodes: Node[]; links: Link[] } {
  const totals = new Map<string, number>();
  for (const { first, second, count } of pairs) for (const id of [first, second]) totals.set(id, (totals.get(id) ?? 0) + count);
  const most = [...totals].sort((a, b) => b[1] - a[1]).slice(0, NODES), largest = Math.max(1, most[0]?.[1] ?? 1);
  const nodes = most.map(([id, count], index): Node => ({
    id, name: actorName(id), count, radius: RADIUS_LEAST + RADIUS_SPAN * Math.sqrt(count / largest),
    x: WIDTH / 2 + TURN_STEP * Math.sqrt(0.5 + index) * Math.cos(index * TURN_ANGLE), y: HEIGHT / 2 + TURN_STEP * Math.sqrt(0.5 + index) * Math.sin(index * TURN_ANGLE),
  }));
  const known = new Map(nodes.map((node) => [node.id, node])), tied = new Set<string>();
  /* The strongest pairs, and of each party its strongest, so that nobody stands alone who is not. */
  const links = pairs.filter(({ first, second }) => known.has(first) && known.has(second)).filter(({ first, second }, index) => {
    const isKept = index < LINKS || !tied.has(first) || !tied.has(second);
    if (isKept) tied.add(first).add(second);
    return isKept;
  }).map(({ first, second, count }) => ({ source: known.get(first)!, target: known.get(second)!, count }));
  return { nodes, links };
}

function settle(nodes: Node[], links: Link[]) {
  const count = nodes.length, at = new Map(nodes.map((node, index) => [node, index]));
  const x = Float64Array.from(nodes, (node) => node.x), y = Float64Array.from(nodes, (node) => node.y), vx = new Float64Array(count), vy = new Float64Array(count);
  const degree = new Float64Array(count);
  const ties = links.map(({ source, target, count: strength }) => {
    const [a, b] = [at.get(source)!, at.get(target)!];
    degree[a]++;
    degree[b]++;
    return { a, b, length: 60 + 90 / Math.sqrt(strength) };
  });
  for (let turn = 1; turn <= TURNS; turn++) {
    const heat = COOLEST ** (turn / TURNS);
    for (const { a, b, length } of ties) {
      const dx = x[b] + vx[b] - x[a] - vx[a], dy = y[b] + vy[b] - y[a] - vy[a], far = Math.hypot(dx, dy) || 1;
      const pull = (((far - length) / far) * heat) / Math.min(degree[a], degree[b]), share = degree[a] / (degree[a] + degree[b]);
      vx[b] -= dx * pull * share;
      vy[b] -= dy * pull * share;
      vx[a] += dx * pull * (1 - share);
      vy[a] += dy * pull * (1 - share);
    }
    for (let a = 0; a < count; a++)
      for (let b = a + 1; b < count; b++) {
        let dx = x[b] - x[a], dy = y[b] - y[a];
        const push = (REPULSION * heat) / Math.max(1, dx * dx + dy * dy);
        vx[b] += dx * push;
        vy[b] += dy * push;
        vx[a] -= dx * push;
        vy[a] -= dy * push;
        dx = x[b] + vx[b] - x[a] - vx[a];
        dy = y[b] + vy[b] - y[a] - vy[a];
        const far = Math.hypot(dx, dy) || 1;
        if (far >= ROOM) continue;
        const apart = (ROOM - far) / far / 2;
        vx[b] += dx * apart;
        vy[b] += dy * apart;
        vx[a] -= dx * apart;
        vy[a] -= dy * apart;
      }
    for (let a = 0; a < count; a++) {
      x[a] += vx[a] = (vx[a] + (WIDTH / 2 - x[a]) * PULL_X * heat) * FRICTION;
      y[a] += vy[a] = (vy[a] + (HEIGHT / 2 - y[a]) * PULL_Y * heat) * FRICTION;
    }
  }
  spread(x, EDGE.left, WIDTH - EDGE.right).forEach((at, index) => (nodes[index].x = at));
  spread(y, EDGE.high, HEIGHT - EDGE.low).forEach((at, index) => (nodes[index].y = at));
}

/** Over the whole room, but few not further apart than is told at a glance. */
function spread(places: Float64Array, from: number, to: number): Float64Array {
  const least = Math.min(...places), most = Math.max(...places);
  const stretch = Math.min(STRETCH_MOST, (to - from) / Math.max(1, most - least));
  return places.map((place) => (from + to) / 2 + (place - (least + most) / 2) * stretch);
}

interface Box { left: number; right: number; high: number; low: number }
const overlap = (one: Box, other: Box) => one.left < other.right && other.left < one.right && one.high < other.low && other.high < one.low;
const circleOf = ({ x, y, radius }: Node): Box => ({ left: x - radius, right: x + radius, high: y - radius, low: y + radius });

/** Names are written by weight, each where it covers neither a circle nor a name: right of its circle, left, below or above. */
function name(nodes: Node[]) {
  const taken = nodes.map(circleOf);
  for (const node of nodes) {
    const width = node.name.length * LETTER, beside = node.radius + GAP, half = LINE / 2;
    const ways: { anchor: "start" | "end" | "middle"; x: number; middle: number }[] = [
      { anchor: "start", x: node.x + beside, middle: node.y },
      { anchor: "end", x: node.x - beside, middle: node.y },
      { anchor: "middle", x: node.x, middle: node.y + beside + half },
      { anchor: "middle", x: node.x, middle: node.y - beside - half },
    ];
    for (const { anchor, x, middle } of ways) {
      const left = anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2;
      const box = { left, right: left + width, high: middle - half, low: middle + half };
      if (box.left < 0 || box.right > WIDTH || box.high < 0 || box.low > HEIGHT || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      node.label = { anchor, x, y: middle + LINE / 3 };
      break;
    }
  }
}

/** The parties with most events: those that deal with each other lie near each other. Laid out at once: nothing moves about. */
export function layOut(pairs: Pair[]) {
  const { nodes, links } = chosen(pairs);
  settle(nodes, links);
  name(nodes);
  return { nodes, links };
}
