// Mouse, pen and fingers over a chart, told as shares of its width: 0 is the left edge, 1 the right one.

export interface GestureHeard {
  /** A drag begins, or fingers were set down: what follows counts from here. */
  start(shares: readonly number[]): void;
  /** One pointer moved by so much since the start. */
  drag(share: number): void;
  /** Two pointers stand here now. */
  pinch(shares: readonly [first: number, second: number]): void;
  /** The gesture is over. */
  settle(): void;
  wheel_zoom(factor: number, share: number): void;
  wheel_pan(share: number): void;
  hover(share: number | null): void;
  tap(share: number): void;
}

const tap_pixels_max = 4;
const wheel_step = 0.0015;
const wheel_delta_max = 240;

export function listen(element: HTMLElement, heard: GestureHeard): () => void {
  const pointers = new Map<number, number>();
  let started: readonly number[] = [];
  let has_moved = false;
  const share_of = (event: MouseEvent): number => {
    const box = element.getBoundingClientRect();
    return (event.clientX - box.left) / Math.max(1, box.width);
  };
  const start = (): void => {
    started = [...pointers.values()];
    heard.start(started);
  };

  function down(event: PointerEvent): void {
    if (event.button !== 0 || pointers.size >= 2) return;
    if (pointers.size === 0) has_moved = false;
    pointers.set(event.pointerId, share_of(event));
    element.setPointerCapture(event.pointerId);
    start();
  }
  function move(event: PointerEvent): void {
    const share = share_of(event);
    if (!pointers.has(event.pointerId)) {
      if (event.pointerType === 'mouse') heard.hover(share);
      return;
    }
    pointers.set(event.pointerId, share);
    const [first = 0, second] = pointers.values();
    const moved = Math.abs(first - (started[0] ?? 0)) * element.clientWidth;
    if (second === undefined && !has_moved && moved < tap_pixels_max) return;
    has_moved = true;
    if (second !== undefined) heard.pinch([first, second]);
    else heard.drag(first - (started[0] ?? 0));
  }
  function up(event: PointerEvent): void {
    if (!pointers.delete(event.pointerId)) return;
    if (pointers.size > 0) return start();
    if (!has_moved && event.type === 'pointerup') heard.tap(share_of(event));
    heard.settle();
  }
  function leave(event: PointerEvent): void {
    if (event.pointerType === 'mouse' && pointers.size === 0) heard.hover(null);
  }
  function wheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const [across, along] = event.shiftKey ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    if (Math.abs(across) > Math.abs(along)) heard.wheel_pan((across * unit) / Math.max(1, element.clientWidth));
    else if (along !== 0) heard.wheel_zoom(Math.exp(Math.max(-wheel_delta_max, Math.min(wheel_delta_max, along * unit)) * wheel_step), share_of(event));
  }

  element.addEventListener('pointerdown', down);
  element.addEventListener('pointermove', move);
  element.addEventListener('pointerup', up);
  element.addEventListener('pointercancel', up);
  element.addEventListener('pointerleave', leave);
  element.addEventListener('wheel', wheel, { passive: false });
  return () => {
    element.removeEventListener('pointerdown', down);
    element.removeEventListener('pointermove', move);
    element.removeEventListener('pointerup', up);
    element.removeEventListener('pointercancel', up);
    element.removeEventListener('pointerleave', leave);
    element.removeEventListener('wheel', wheel);
  };
}
