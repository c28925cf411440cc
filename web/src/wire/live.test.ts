import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LiveLink, retry_after, retry_first_ms, retry_max_ms, silence_max_ms, type Link, type Socket } from './live';
import type { Pending } from './pending';

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: string[] = [];
  is_closed = false;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.is_closed = true;
  }
  hear(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const at = '2026-11-22T08:57:11.25Z';

function bench() {
  const sockets: FakeSocket[] = [];
  const drawings: (() => void)[] = [];
  const links: Link[] = [];
  const heard: Pending[] = [];
  const link = new LiveLink({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    monotonic: () => Date.now(),
    random: () => 1,
    before_drawing: (call) => drawings.push(call),
  });
  link.on_link = (state) => links.push(state);
  link.on_pending = (pending) => heard.push(pending);
  const draw = (): void => drawings.splice(0).forEach((call) => call());
  const newest = (): FakeSocket => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  };
  return { link, sockets, links, heard, draw, newest, drawings };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('LiveLink', () => {
  test('says what is watched when it opens, whole each time, and only when it changes', () => {
    const { link, newest } = bench();
    link.watch({ machines: true });
    link.start();
    expect(newest().sent).toEqual([]);
    newest().onopen?.();
    link.watch({ machines: true });
    link.watch({ machines: true, sources: true });
    expect(newest().sent.map((text) => JSON.parse(text) as unknown)).toEqual([
      { watch: { machines: true } }, { watch: { machines: true, sources: true } },
    ]);
  });

  test('applies once per drawing however many frames came', () => {
    const { link, newest, heard, draw, drawings } = bench();
    link.start();
    newest().hear({ now: at, views: { tags: { version: 1, rows: { a: { value: 1 } } } } });
    newest().hear({ now: at, views: { tags: { version: 2, rows: { a: { value: 2 }, b: { value: 3 } } } } });
    expect(drawings.length).toBe(1);
    draw();
    expect(heard.length).toBe(1);
    expect([...(heard[0]?.tags?.rows ?? [])]).toEqual([['a', { value: 2 }], ['b', { value: 3 }]]);
  });

  test('a closed socket is a lost link at once, and the link comes back by itself', () => {
    const { link, links, newest, sockets } = bench();
    link.start();
    newest().hear({ now: at, views: {} });
    newest().onclose?.();
    expect(links.at(-1)?.is).toBe('lost');
    vi.advanceTimersByTime(retry_first_ms);
    expect(sockets.length).toBe(2);
    newest().onopen?.();
    newest().hear({ now: at, views: {} });
    expect(links.at(-1)?.is).toBe('live');
  });

  test('silence longer than the limit is a lost link though the socket is open', () => {
    const { link, links, newest, sockets } = bench();
    link.start();
    newest().hear({ now: at, views: {} });
    vi.advanceTimersByTime(silence_max_ms - 1);
    expect(links.at(-1)?.is).toBe('live');
    newest().hear({ now: at, views: {} });
    vi.advanceTimersByTime(silence_max_ms - 1);
    expect(links.at(-1)?.is).toBe('live');
    vi.advanceTimersByTime(1);
    expect(links.at(-1)?.is).toBe('lost');
    expect(sockets[0]?.is_closed).toBe(true);
  });

  test('waits twice as long after each failed try, up to the limit, and again briefly after a frame', () => {
    const { link, links, newest } = bench();
    link.start();
    const waits: number[] = [];
    for (let tries = 0; tries < 8; tries += 1) {
      newest().onclose?.();
      const lost = links.at(-1);
      if (lost?.is !== 'lost' || lost.retry_at === null) throw new Error('the link should wait for a try');
      waits.push(lost.retry_at - Date.now());
      vi.advanceTimersByTime(lost.retry_at - Date.now());
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
    newest().hear({ now: at, views: {} });
    newest().onclose?.();
    const lost = links.at(-1);
    expect(lost?.is === 'lost' && lost.retry_at !== null && lost.retry_at - Date.now()).toBe(retry_first_ms);
  });

  test('a person who does not want to wait is not made to', () => {
    const { link, newest, sockets } = bench();
    link.start();
    newest().onclose?.();
    link.retry_now();
    expect(sockets.length).toBe(2);
    link.retry_now();
    expect(sockets.length).toBe(2);
  });

  test('a stopped link neither hears nor tries again', () => {
    const { link, newest, sockets, links } = bench();
    link.start();
    const socket = newest();
    link.stop();
    socket.onclose?.();
    vi.advanceTimersByTime(60_000);
    expect(sockets.length).toBe(1);
    expect(links).toEqual([{ is: 'connecting' }]);
  });

  test('what is no frame is not heard and does not count as a sign of life', () => {
    const { link, newest, links, heard, draw } = bench();
    link.start();
    newest().onmessage?.({ data: 'not JSON' });
    newest().onmessage?.({ data: new ArrayBuffer(4) });
    newest().hear({ views: {} });
    newest().hear(null);
    draw();
    expect(links).toEqual([{ is: 'connecting' }]);
    expect(heard).toEqual([]);
  });
});

test('the wait before a try is jittered between half and all of it', () => {
  expect(retry_after(0, 0)).toBe(retry_first_ms / 2);
  expect(retry_after(0, 1)).toBe(retry_first_ms);
  expect(retry_after(40, 0)).toBe(retry_max_ms / 2);
  expect(retry_after(40, 1)).toBe(retry_max_ms);
});
