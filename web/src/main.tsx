/* The page's frame: who is here, where one can go, what is shown. All views come at once; what only some need and is large, to draw
 * charts and the map, comes when it is first wanted. */
import { render } from "preact";
import type { ComponentType } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { askAhead, forgetAhead, get, live, logout, setOnUnknown, type Me, type Problem } from "./api";
import { loadPlot } from "./chart";
import { filterOf } from "./filter";
import { first } from "./first";
import { Keys } from "./keys";
import { useChanges, useStored } from "./parts";
import { followLinks, go, here, usePlace, type Place } from "./router";
import { Alerts } from "./pages/alerts";
import { Country } from "./pages/country";
import { Dyads } from "./pages/dyads";
import { EventView } from "./pages/event";
import { Events } from "./pages/events";
import { Feeds } from "./pages/feeds";
import { ItemView } from "./pages/item";
import { Items } from "./pages/items";
import { Login } from "./pages/login";
import { loadShapes, MapView } from "./pages/map";
import { Now } from "./pages/now";
import { Review } from "./pages/review";
import { Timeline } from "./pages/timeline";
import { Watches } from "./pages/watches";
import "uplot/dist/uPlot.min.css";
import "./style.css";

export interface ViewProperties { place: Place; me: Me; id: string }
type View = ComponentType<ViewProperties>;

interface Row { path: string; name: string; letter?: string; view: View; isHidden?: boolean; load?: () => Promise<unknown> }
const views: Row[] = [
  { path: "now", letter: "n", name: "Now", view: Now },
  { path: "events", letter: "e", name: "Events", view: Events },
  { path: "map", letter: "m", name: "Map", view: MapView, load: loadShapes },
  { path: "timeline", letter: "t", name: "Timeline", view: Timeline, load: loadPlot },
  { path: "dyads", letter: "c", name: "Countries", view: Dyads },
  { path: "alerts", letter: "a", name: "Alerts", view: Alerts },
  { path: "watches", letter: "w", name: "Watches", view: Watches },
  { path: "review", letter: "r", name: "Review", view: Review },
  { path: "items", letter: "i", name: "Articles", view: Items },
  { path: "feeds", letter: "f", name: "Feeds", view: Feeds },
  { path: "event", name: "Event", view: EventView, isHidden: true },
  { path: "item", name: "Item", view: ItemView, isHidden: true },
  { path: "country", name: "Country", view: Country, isHidden: true, load: loadPlot },
];

/* "/country/ORG%3ANATO": a view, and of what. */
function partsOf({ path }: Place): { name: string; id: string } {
  const [, name = "", id = ""] = path.split("/");
  try {
    return { name: name || "now", id: decodeURIComponent(id) };
  } catch {
    return { name: name || "now", id }; // no UTF-8: nothing is called so, and who shows it says that
  }
}

function LiveState() {
  const [state, setState] = useState(live.state);
  useEffect(() => {
    const look = () => setState(live.state);
    look(); // it may have been opened since this was drawn
    return live.onState(look);
  }, []);
  if (state === "off") return null;
  return <span class={`live live-${state}`} role="status">{state === "on" ? "live" : "connecting…"}</span>;
}

function ThemeSwitch() {
  const [theme, setTheme] = useStored<"auto" | "light" | "dark">("theme", "auto");
  useEffect(() => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
  return (
    <label class="theme">Theme
      <select value={theme} onChange={(event) => setTheme(event.currentTarget.value as typeof theme)}>
        <option value="auto">system</option>
        <option value="light">light</option>
        <option value="dark">dark</option>
      </select>
    </label>
  );
}

/** Alerts that came while the page was in the background: the tab's title says how many. */
function useMissed(): number {
  const [missed, setMissed] = useState(0);
  useChanges((change) => change.kind === "alert" && document.hidden && setMissed((was) => was + 1));
  useEffect(() => {
    const look = () => document.hidden || setMissed(0);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return missed;
}

function Frame({ me, place }: { me: Me; place: Place }) {
  const { name: part, id } = partsOf(place), found = views.find((row) => row.path === part);
  const name = found?.name ?? "Nothing here";
  const missed = useMissed();
  useEffect(() => {
    document.title = `${missed > 0 ? `(${missed}) ` : ""}${name} · Entente`;
  }, [name, missed]);
  useEffect(forgetAhead, []);
  const leave = async () => {
    await logout().catch(() => {});
    live.close();
    location.assign("/login");
  };
  const Shown = found?.view;
  return (
    <div class="frame">
      <a class="skip" href="#content">Skip to content</a>
      <nav aria-label="Views">
        <a class="brand" href="/now">Entente</a>
        <ul class="views">
          {views.filter((row) => !row.isHidden).map((row) => (
            <li key={row.path}><a href={`/${row.path}`} aria-current={row === found ? "page" : undefined}>{row.name}</a></li>
          ))}
        </ul>
        <div class="nav-foot">
          <LiveState />
          <ThemeSwitch />
          <span class="who" title={`role ${me.role}`}>{me.name} ({me.role})</span>
          <button type="button" onClick={leave}>Log out</button>
          <Keys views={views} />
          <a href="/licences.txt" target="_blank">Licences</a>
        </div>
      </nav>
      <main id="content" tabIndex={-1}>
        {Shown ? <Shown place={place} me={me} id={id} /> : <p>There is nothing at {place.path}. <a href="/now">Now</a></p>}
      </main>
    </div>
  );
}

function App() {
  const place = usePlace();
  const [me, setMe] = useState<Me | null | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isLogin = place.path === "/login";
  const enter = (me: Me) => {
    live.beginAt(me.position);
    setMe(me);
  };
  const unknown = () => {
    forgetAhead(); // it was answered to nobody
    setMe(null);
  };
  useEffect(() => {
    setOnUnknown(unknown);
    addEventListener("click", followLinks);
    return () => removeEventListener("click", followLinks);
  }, []);
  useLayoutEffect(() => {
    if (isLogin) return;
    get<Me>("me").then(enter).catch((error: Problem) => (error.status === 401 ? unknown() : setProblem(error)));
  }, [isLogin]);
  if (isLogin || me === null) return <Login onDone={() => (isLogin ? go("/now", true) : get<Me>("me").then(enter))} />;
  if (problem) return <p class="problem" role="alert">{problem.message}</p>;
  return me ? <Frame me={me} place={place} /> : <p class="faint" role="status">Loading…</p>;
}

/* What the view of the address needs is on its way before anything is drawn. Where it is there soon, the page is drawn once, with it,
 * and not first without. */
const PATIENCE_MS = 150;
function begin(place: Place): Promise<unknown> {
  const { name, id } = partsOf(place);
  if (name === "login") return Promise.resolve();
  const questions = [{ path: "me", parameters: {} }, ...(first[name]?.(filterOf(place.search), place.search, id) ?? [])];
  const large = views.find((row) => row.path === name)?.load?.().catch(() => {}); // who shows it asks again, and says so where it cannot be had
  const all = Promise.all([large, ...questions.map(({ path, parameters }) => askAhead(path, parameters))]);
  return Promise.race([all, new Promise((done) => setTimeout(done, PATIENCE_MS))]);
}

begin(here()).then(() => render(<App />, document.getElementById("app")!));
