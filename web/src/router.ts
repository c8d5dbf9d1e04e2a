/* Router: the address is the state. Every view, filter and selection can be linked, kept and gone back from. */
import { useEffect, useState } from "preact/hooks";

export interface Place { path: string; search: URLSearchParams }

export const here = (): Place => ({ path: location.pathname, search: new URLSearchParams(location.search) });
const listeners = new Set<() => void>();

export function go(address: string, replace = false) {
  if (address === location.pathname + location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  listeners.forEach((listener) => listener());
  if (!replace) window.scrollTo(0, 0);
}
export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const update = () => setPlace(here());
    listeners.add(update);
    addEventListener("popstate", update);
    return () => {
      listeners.delete(update);
      removeEventListener("popstate", update);
    };
  }, []);
  return place;
}
/** Follows links within the page without loading it anew. */
export function followLinks(event: MouseEvent) {
  const link = (event.target as Element | null)?.closest?.("a");
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
  if (/^\/(api|feeds|metrics)\b/.test(link.pathname) || link.pathname === "/licences.txt") return;
  if (link.pathname === location.pathname && link.search === location.search && link.hash) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
