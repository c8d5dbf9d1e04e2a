/* Keys that hold on every page: along the list, to the filter, from view to view. What follows g is of no page's own keys, or g r
 * would reject an event of Review; which has its own j and k. */
import { useEffect, useRef, useState } from "preact/hooks";
import { go } from "./router";

const GO_MS = 1500; /* how long after g the next letter counts */

export const isTyping = (event: KeyboardEvent) =>
  event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test((event.target as HTMLElement).tagName);

/* The next or last line of the page's lists, from the one that has the focus or else the first in sight. */
function step(by: number) {
  const lines = [...document.querySelectorAll<HTMLElement>("main .event-line, main .cards tbody tr > .wide a, main .alert-list > li > a")];
  const at = lines.indexOf(document.activeElement as HTMLElement);
  const inSight = lines.findIndex((line) => line.getBoundingClientRect().top >= 0);
  const next = lines[at >= 0 ? at + by : Math.max(0, inSight)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

export function Keys({ views }: { views: { path: string; name: string; letter?: string }[] }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [asked, setAsked] = useState(0);
  const began = useRef(0); // when g was pressed
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isTyping(event) || document.querySelector("dialog[open]")) return;
      const view = Date.now() - began.current < GO_MS ? views.find((one) => one.letter === event.key) : undefined;
      began.current = 0;
      const act: Record<string, () => void> = {
        j: () => step(1),
        k: () => step(-1),
        "/": () => document.querySelector<HTMLInputElement>("main input[type=search]")?.focus(),
        g: () => (began.current = Date.now()),
        "?": () => setAsked((was) => was + 1),
      };
      const isOfPage = /^[jk]$/.test(event.key) && location.pathname === "/review";
      const what = view ? () => go(`/${view.path}`) : isOfPage ? undefined : act[event.key];
      if (!what) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      what();
    };
    addEventListener("keydown", press, true);
    return () => removeEventListener("keydown", press, true);
  }, []);
  useEffect(() => {
    if (asked > 0 && !dialog.current?.open) dialog.current?.showModal();
  }, [asked]);
  return (
    <>
      <button type="button" class="plain keys-button" aria-keyshortcuts="?" onClick={() => setAsked(asked + 1)}>Keys</button>
      <dialog ref={dialog} aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl class="key-list">
          <dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>next and previous in a list; <kbd>Enter</kbd> opens</dd>
          <dt><kbd>/</kbd></dt><dd>search</dd>
          {views.filter((view) => view.letter).map((view) => <><dt><kbd>g</kbd> <kbd>{view.letter}</kbd></dt><dd>{view.name}</dd></>)}
          <dt><kbd>?</kbd></dt><dd>this list; <kbd>Esc</kbd> closes it</dd>
        </dl>
        <form method="dialog"><button type="submit">Close</button></form>
      </dialog>
    </>
  );
}
