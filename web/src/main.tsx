/* The page's frame: who is here, where one can go, what is shown. Views that need much of their own are loaded when they are first
 * wanted. */
import { render } from "preact";
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { get, live, logout, setOnUnknown, type Me, type Problem } from "./api";
import { Keys } from "./keys";
import { useChanges, useStored } from "./parts";
import { followLinks, go, usePlace, type Place } from "./router";
import { Alerts } from "./pages/alerts";
import { EventView } from "./pages/event";
import { Events } from "./pages/events";
import { Feeds } from "./pages/feeds";
import { ItemView } from "./pages/item";
import { Login } from "./pages/login";
import { Now } from "./pages/now";
import "uplot/dist/uPlot.min.css";
import "./style.css";

export interface ViewProperties { place: Place; me: Me; id: string }
type View = ComponentType<ViewProperties> & { fetch?: () => void };

/** A view in a file of its own. */
function later(load: () => Promise<View>): View {
  let loaded: View | undefined, coming: Promise<View> | undefined;
  const fetched = () => (coming ??= load().catch((error) => {
    coming = undefined;
    throw error;
  }));
  const view: View = (properties) => {
    const [, setLoaded] = useState(loaded);
    const [isLost, setLost] = useState(false);
    useEffect(() => {
      if (!loaded) fetched().then((view) => setLoaded(() => (loaded = view))).catch(() => setLost(true));
    }, []);
    const Loaded = loaded;
    if (Loaded) return <Loaded {...properties} />;
    return isLost ? <p class="problem" role="alert">This view could not be loaded; load the page anew.</p> : <p class="faint" role="status">Loading…</p>;
  };
  view.fetch = () => void fetched().catch(() => {}); // whoever shows it asks again, and says so where it cannot be had
  return view;
}

interface Row { path: string; name: string; letter?: string; view: View; isHidden?: boolean }
const views: Row[] = [
  { path: "now", letter: "n", name: "Now", view: Now },
  { path: "events", letter: "e", name: "Events", view: Events },
  { path: "map", letter: "m", name: "Map", view: later(() => import("./pages/map").then((module) => module.MapView)) },
  { path: "timeline", letter: "t", name: "Timeline", view: later(() => import("./pages/timeline").then((module) => module.Timeline)) },
  { path: "dyads", letter: "c", name: "Countries", view: later(() => import("./pages/dyads").then((module) => module.Dyads)) },
  { path: "alerts", letter: "a", name: "Alerts", view: Alerts },
  { path: "watches", letter: "w", name: "Watches", view: later(() => import("./pages/watches").then((module) => module.Watches)) },
  { path: "review", letter: "r", name: "Review", view: later(() => import("./pages/review").then((module) => module.Review)) },
  { path: "items", letter: "i", name: "Articles", view: later(() => import("./pages/items").then((module) => module.Items)) },
  { path: "feeds", letter: "f", name: "Feeds", view: Feeds },
  { path: "event", name: "Event", view: EventView, isHidden: true },
  { path: "item", name: "Item", view: ItemView, isHidden: true },
  { path: "country", name: "Country", view: later(() => import("./pages/country").then((module) => module.Country)), isHidden: true },
];

function LiveState() {
  const [state, setState] = useState(live.state);
  useEffect(() => live.onState(() => setState(live.state)), []);
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
  const [, first = "", id = ""] = place.path.split("/");
  const found = views.find((row) => row.path === (first || "now"));
  const name = found?.name ?? "Nothing here";
  const missed = useMissed();
  useEffect(() => {
    document.title = `${missed > 0 ? `(${missed}) ` : ""}${name} · Entente`;
  }, [name, missed]);
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
        {Shown ? <Shown place={place} me={me} id={decodeURIComponent(id)} /> : <p>There is nothing at {place.path}. <a href="/now">Now</a></p>}
      </main>
    </div>
  );
}

function App() {
  const place = usePlace();
  const [me, setMe] = useState<Me | null | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isLogin = place.path === "/login";
  useEffect(() => {
    setOnUnknown(() => setMe(null));
    addEventListener("click", followLinks);
    return () => removeEventListener("click", followLinks);
  }, []);
  useEffect(() => {
    if (isLogin) return;
    get<Me>("me").then(setMe).catch((error: Problem) => error.status === 401 || setProblem(error));
  }, [isLogin]);
  if (isLogin || me === null) return <Login onDone={() => (isLogin ? go("/now", true) : get<Me>("me").then(setMe))} />;
  if (problem) return <p class="problem" role="alert">{problem.message}</p>;
  return me ? <Frame me={me} place={place} /> : <p class="faint" role="status">Loading…</p>;
}

/* The view that the address names comes while the daemon says who is here. */
views.find((row) => row.path === location.pathname.split("/")[1])?.view.fetch?.();
render(<App />, document.getElementById("app")!);
