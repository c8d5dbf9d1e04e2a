/* The API of the daemon (/api/v1/openapi.json): types of what the page uses, asking, commanding and listening. */

export interface Actor { id: string; role: string; text?: string; unit?: string }
export interface EventDate { start?: string; end?: string | null; precision?: string; as_of?: string; raw?: string; basis?: string }
export interface Place { name?: string; raw?: string; country?: string; precision?: string; latitude?: number; longitude?: number }
/* What is not known is absent in lists and null on an event's own page. */
export interface Quantity { kind: string; value?: number | null; max?: number | null; unit?: string; qualifier?: string; raw?: string }
export interface Equipment { name: string; count?: number | null; unroca?: string; sipri?: string }
export interface CitedSource { kind: string; name?: string; raw?: string; date?: string | null; actor?: string | null }
export interface Step { status: string; date?: string | null; count?: number | null; money?: number | null; currency?: string | null; report?: string | null }
export interface Evidence { field: string; quote: string; start: number; end: number; in?: string; report?: string }
export interface Source { report?: string; item?: string; url?: string; title?: string; publisher?: string; class?: string; published?: string; agency?: string }
export interface Conflict { field: string; value: string; report?: string }

/* What a person said of an event, while it is in force. */
export interface Correction { number: number; kind: string; field?: string | null; value?: string | null; was?: string | null; author?: string; made?: string; note?: string | null; other?: string | null }

export interface EventRecord {
  id: string; type: string; subtype?: string; status?: string; modality?: string; scope?: string; name?: string; programme?: string;
  actors?: Actor[]; date?: EventDate; places?: Place[]; quantities?: Quantity[]; equipment?: Equipment[]; tags?: string[]; cited?: CitedSource[]; steps?: Step[];
  confidence?: number; independent_sources?: number; revision?: number; first_seen?: string; last_seen?: string;
  evidence?: Evidence[]; sources?: Source[]; conflicts?: Conflict[]; reasons?: { text: string; weight?: number | null }[]; item?: string; verdict?: string; stamp?: string; corrections?: Correction[]; parent?: string; related?: string[];
}
/* In lists the conflicts are counted. */
export interface EventRow extends Omit<EventRecord, "conflicts" | "sources"> { headline: string; sources: number; conflicts: number; updated: number; changes?: string[] }
export interface Item {
  id: string; title?: string; body?: string; url?: string; author?: string; published?: string; published_precision?: string;
  published_offset?: number; fetched?: string; language?: string; source?: string; publisher?: string; class?: string; version?: number;
  current?: boolean; reports?: number; superseded?: boolean;
}
export interface Revision { revision: number; made: number; cause: string; status: string | null; changes: string[] }
export interface Telling { item: Item[]; report: EventRecord[] }
export interface EventPage { event: EventRecord; headline: string; state: string; asked: string; told_by: Telling[]; revisions: Revision[] }
/* What a detector, a series or the health of a source made somebody say. */
export interface Finding { id?: string; kind?: string; text?: string; events?: string[]; score?: number; source?: string }
export interface Alert { id: string; finding?: Finding; watch: string; reason: string; created: string; headline: string; state: string; event?: string; type?: string; about?: Pick<EventRecord, "actors" | "type" | "subtype" | "status" | "name" | "equipment" | "quantities" | "places">; pending: number; delivered: number; dead: number }
export interface Change { id: string; kind: "event" | "alert" | "act"; act?: string; author?: string; state?: string; event?: string; alert?: string; watch?: string; reason?: string; headline?: string; made: number; type?: string; changes?: string[]; revision?: number }
export interface Count { value: string; count: number }
export interface PlaceCount { name: string; country: string; latitude: number; longitude: number; count: number }
export interface SavedView { name: string; query: string; made: number }
export interface Facets { facets: Record<string, Count[]>; events: number; exact: boolean }
export interface Me { name: string; role: "read" | "analyst" | "admin"; expires: number; version: string; position?: string }

/** What the daemon says went wrong, with the place in the parameter that is wrong. */
export class Problem extends Error {
  constructor(readonly status: number, detail: string, readonly parameter = "", readonly offset = 0, readonly length = 0, readonly nearest = "") {
    super(detail);
  }
}

export type Parameters = Record<string, string | number | undefined>;

export function queryOf(parameters: Parameters): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined && value !== "") search.set(name, String(value));
  const text = search.toString();
  return text ? "?" + text : "";
}

/** Called when the daemon does not know us any more. */
export let onUnknown = () => {};
export function setOnUnknown(callback: () => void) {
  onUnknown = callback;
}

async function problemOf(reply: Response): Promise<Problem> {
  const body = await reply.json().catch(() => ({}));
  const text = body.detail ?? `the daemon answered ${reply.status}`;
  return new Problem(reply.status, text, body.parameter, body.offset, body.length, body.nearest);
}

async function fetched(path: string, init?: RequestInit): Promise<Response> {
  let reply: Response;
  try {
    reply = await fetch(path, init);
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new Problem(0, "the daemon does not answer");
  }
  if (reply.status === 401 && path !== "/login") onUnknown();
  if (!reply.ok) throw await problemOf(reply);
  return reply;
}

export const addressOf = (path: string, parameters: Parameters = {}) => "/api/v1/" + path + queryOf(parameters);

/* What was asked before the page was drawn, until who shows it wants it. */
const ahead = new Map<string, Promise<unknown>>();
export function askAhead(path: string, parameters: Parameters = {}): Promise<unknown> {
  const answer = fetched(addressOf(path, parameters)).then((reply) => reply.json());
  ahead.set(addressOf(path, parameters), answer);
  return answer.catch(() => {}); // what went wrong is told to who wants it
}
/** Once the page stands, what is asked is asked anew. */
export const forgetAhead = () => ahead.clear();

export async function get<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
  const address = addressOf(path, parameters), early = ahead.get(address);
  if (!early) return (await fetched(address, { signal })).json();
  ahead.delete(address);
  const answer = await early;
  signal?.throwIfAborted();
  return answer as T;
}

async function post<T>(path: string, body: unknown): Promise<T> {
  return (await fetched(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).json();
}

export function command(name: string, target?: string, values?: Record<string, unknown>): Promise<{ text: string } & Record<string, unknown>> {
  return post("/api/v1/commands", { command: name, target, arguments: values });
}
export const login = (token: string) => post<{ name: string; role: string }>("/login", { token });
export const logout = () => post("/logout", {});

/** The stream of changes: one connection for the whole page, however many listen. The browser comes back by itself with the
 * id of the last message, so nothing is missed; it begins where things stood before the page asked for anything. */
class Live {
  private source: EventSource | null = null;
  private place?: string;
  private listeners = new Set<(change: Change) => void>();
  state: "off" | "connecting" | "on" = "off";
  private stateListeners = new Set<() => void>();

  /** From where on it shall tell; before anybody listens. */
  beginAt(place: string | undefined) {
    this.place ??= place;
  }
  listen(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    this.open();
    return () => {
      this.listeners.delete(listener);
    };
  }
  onState(listener: () => void): () => void {
    this.stateListeners.add(listener);
    return () => {
      this.stateListeners.delete(listener);
    };
  }
  private set(state: Live["state"]) {
    if (state === this.state) return;
    this.state = state;
    this.stateListeners.forEach((listener) => listener());
  }
  private open() {
    if (this.source) return;
    this.set("connecting");
    const source = (this.source = new EventSource(addressOf("stream", { after: this.place })));
    source.onopen = () => this.set("on");
    source.onerror = () => {
      this.set("connecting");
      // A browser gives up after an answer that is no stream: too many readers, or a session that has ended.
      if (source.readyState === EventSource.CLOSED) {
        this.close();
        setTimeout(() => this.listeners.size > 0 && this.open(), 5000);
      }
    };
    const take = (message: MessageEvent) => {
      const change = JSON.parse(message.data) as Change;
      this.place = message.lastEventId;
      this.listeners.forEach((listener) => listener(change));
    };
    source.addEventListener("event", take);
    source.addEventListener("alert", take);
    source.addEventListener("act", take);
  }
  close() {
    this.source?.close();
    this.source = null;
    this.set("off");
  }
}
export const live = new Live();
