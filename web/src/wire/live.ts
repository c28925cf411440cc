import { add_frame, parse_frame, type Pending } from './pending';
import type { Watch } from './frames';

/** The part of a WebSocket that is used here; tests hand in their own. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

export interface LiveOutside {
  open(): Socket;
  /** Milliseconds that only ever grow. */
  monotonic(): number;
  /** A number in [0, 1). */
  random(): number;
  /** Calls back before the next drawing. */
  before_drawing(call: () => void): void;
}

export type Link =
  | { readonly is: 'connecting' }
  | { readonly is: 'live' }
  /** `retry_at` by the monotonic clock; null while a try is under way. */
  | { readonly is: 'lost'; readonly retry_at: number | null };

export const silence_max_ms = 2_500; // the server sends at least one frame a second
export const retry_first_ms = 250;
export const retry_max_ms = 10_000;
const open_wait_max_ms = 5_000;

/** How long to wait before try number `tries` (from 0): doubled each time up to a limit, and jittered by half. */
export function retry_after(tries: number, random: number): number {
  const full = Math.min(retry_max_ms, retry_first_ms * 2 ** Math.min(tries, 16));
  return full * (0.5 + random / 2);
}

/** The one WebSocket of a page: says what is watched, hears frames, comes back by itself. */
export class LiveLink {
  on_pending: (pending: Pending) => void = () => {};
  on_link: (link: Link) => void = () => {};
  /** Each frame at once, by the monotonic clock: a page in the background draws nothing but still hears. */
  on_frame: (at: number) => void = () => {};

  #socket: Socket | null = null;
  #watch: Watch = {};
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #pending: Pending = {};
  #is_drawing_asked = false;
  #is_stopped = true;
  #is_open = false;
  #is_live = false;

  constructor(private readonly outside: LiveOutside) {}

  start(): void {
    if (!this.#is_stopped) return;
    this.#is_stopped = false;
    this.on_link({ is: 'connecting' });
    this.#open();
  }

  stop(): void {
    this.#is_stopped = true;
    this.#drop();
  }

  /** Says what the page looks at, whole each time. */
  watch(watch: Watch): void {
    const text = JSON.stringify({ watch });
    const is_same = text === JSON.stringify({ watch: this.#watch });
    this.#watch = watch;
    if (!is_same && this.#is_open) this.#socket?.send(text);
  }

  /** A person asked not to wait. */
  retry_now(): void {
    if (this.#is_stopped || this.#socket !== null) return;
    this.#open();
  }

  #open(): void {
    this.#drop();
    let socket: Socket;
    try {
      socket = this.outside.open();
    } catch {
      this.#lost();
      return;
    }
    this.#socket = socket;
    this.#wait(open_wait_max_ms);
    socket.onopen = () => {
      this.#is_open = true;
      socket.send(JSON.stringify({ watch: this.#watch }));
    };
    socket.onmessage = (event) => this.#hear(event.data);
    socket.onclose = () => this.#lost();
  }

  #hear(data: unknown): void {
    const frame = typeof data === 'string' ? parse_frame(data) : null;
    if (frame === null) return;
    const was_live = this.#is_live;
    this.#is_live = true;
    this.on_frame(this.outside.monotonic());
    this.#tries = 0;
    this.#wait(silence_max_ms);
    add_frame(this.#pending, frame);
    if (!was_live) this.on_link({ is: 'live' });
    if (this.#is_drawing_asked) return;
    this.#is_drawing_asked = true;
    this.outside.before_drawing(() => this.#flush());
  }

  #flush(): void {
    this.#is_drawing_asked = false;
    const pending = this.#pending;
    this.#pending = {};
    this.on_pending(pending);
  }

  // Silence counts as loss: a cut cable closes no socket.
  #wait(milliseconds: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(), milliseconds);
  }

  #lost(): void {
    this.#drop();
    if (this.#is_stopped) return;
    const wait = retry_after(this.#tries, this.outside.random());
    this.#tries += 1;
    this.on_link({ is: 'lost', retry_at: this.outside.monotonic() + wait });
    this.#timer = setTimeout(() => {
      this.on_link({ is: 'lost', retry_at: null });
      this.#open();
    }, wait);
  }

  #drop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#is_live = false;
    this.#is_open = false;
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}

export function browser_outside(): LiveOutside {
  return {
    open: () => {
      const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/live`);
      return socket as unknown as Socket;
    },
    monotonic: () => performance.now(),
    random: () => Math.random(),
    before_drawing: (call) => void requestAnimationFrame(call),
  };
}
