// Paints pens, silences and marks on the canvas of a chart. Where they lie comes from pen_shape.
import type uPlot from 'uplot';
import { on_axis, type Plan } from './axes';
import { trace_pen, type PenShape, type Stretch } from './pen_shape';

export interface DrawnPen {
  /** Written where the line ends. */
  readonly name: string;
  /** The name of a colour role, without the dashes. */
  readonly colour: string;
  readonly shape: PenShape;
  /** Its place in the plan of axes. */
  readonly place: number;
  /** An earlier cycle is drawn so many milliseconds later than it was, dashed. */
  readonly offset: number;
  readonly is_strong: boolean;
}

export interface Mark {
  readonly at: number;
  readonly is_dashed: boolean;
}

export interface Picture {
  readonly pens: readonly DrawnPen[];
  readonly plan: Plan;
  readonly silences: readonly Stretch[];
  readonly marks: readonly Mark[];
}

const band_alpha = 0.18;
const held_alpha = 0.55;
const hatch_step = 7;
const label_height = 14;

type Colour = (role: string) => string;

export function paint(plot: uPlot, picture: Picture, colour: Colour, ratio: number): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  paint_silences(plot, picture.silences, colour, ratio);
  paint_marks(plot, picture.marks, colour, ratio);
  for (const pen of picture.pens) paint_pen(plot, picture.plan, pen, colour, ratio);
  paint_names(plot, picture, colour, ratio);
  ctx.restore();
}

const x_of = (plot: uPlot, at: number): number => plot.valToPos(at, 'x', true);

function paint_silences(plot: uPlot, silences: readonly Stretch[], colour: Colour, ratio: number): void {
  const { ctx, bbox } = plot;
  ctx.strokeStyle = colour('hatch');
  ctx.lineWidth = ratio;
  ctx.globalAlpha = 0.5;
  for (const one of silences) {
    const left = Math.max(bbox.left, x_of(plot, one.from));
    const right = Math.min(bbox.left + bbox.width, x_of(plot, one.to));
    if (right - left < 1) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.beginPath();
    for (let x = left - bbox.height; x < right; x += hatch_step * ratio) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
  ctx.globalAlpha = 1;
}

function paint_marks(plot: uPlot, marks: readonly Mark[], colour: Colour, ratio: number): void {
  const { ctx, bbox } = plot;
  ctx.strokeStyle = colour('text-3');
  ctx.lineWidth = ratio;
  for (const mark of marks) {
    const x = Math.round(x_of(plot, mark.at)) + 0.5;
    ctx.setLineDash(mark.is_dashed ? [4 * ratio, 4 * ratio] : [ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.setLineDash([]);
}

function paint_pen(plot: uPlot, plan: Plan, pen: DrawnPen, colour: Colour, ratio: number): void {
  const axis = plan.axes[plan.pens[pen.place]?.axis ?? 0];
  if (axis === undefined) return;
  const { ctx } = plot;
  const [solid, held, band] = [new Path2D(), new Path2D(), new Path2D()];
  const x = (at: number): number => x_of(plot, at + pen.offset);
  const y = (value: number): number => plot.valToPos(on_axis(plan, pen.place, value), axis.key, true);
  trace_pen(pen.shape, x, y, { solid, held, band });
  ctx.strokeStyle = ctx.fillStyle = colour(pen.colour);
  ctx.lineJoin = 'round';
  ctx.lineWidth = (pen.is_strong ? 2.5 : 1.5) * ratio;
  if (pen.offset === 0) {
    ctx.globalAlpha = band_alpha;
    ctx.fill(band);
  }
  ctx.globalAlpha = pen.offset === 0 ? 1 : 0.75;
  ctx.setLineDash(pen.offset === 0 ? [] : [6 * ratio, 4 * ratio]);
  ctx.stroke(solid);
  ctx.globalAlpha = held_alpha;
  ctx.lineWidth = ratio;
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  ctx.stroke(held);
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

/** The last value in sight of a pen. */
function last_value(pen: DrawnPen): number {
  for (const part of [...pen.shape.parts].reverse()) {
    const { mean, time } = part.tile.columns;
    for (let row = mean.length - 1; row >= 0; row -= 1) {
      const at = time[row] ?? 0;
      const value = mean[row] ?? Number.NaN;
      if (at < part.to && at >= part.from && !Number.isNaN(value)) return value;
    }
  }
  return pen.shape.before?.value ?? Number.NaN;
}

// Names at the right edge, pushed apart so that none covers another.
function paint_names(plot: uPlot, picture: Picture, colour: Colour, ratio: number): void {
  const { ctx, bbox } = plot;
  const places = picture.pens
    .filter((pen) => pen.name !== '')
    .map((pen) => {
      const axis = picture.plan.axes[picture.plan.pens[pen.place]?.axis ?? 0];
      return { pen, y: axis === undefined ? Number.NaN : plot.valToPos(on_axis(picture.plan, pen.place, last_value(pen)), axis.key, true) };
    })
    .filter((one) => Number.isFinite(one.y))
    .sort((a, b) => a.y - b.y);
  const height = label_height * ratio;
  let free = bbox.top;
  ctx.font = `600 ${11 * ratio}px ${getComputedStyle(plot.root).fontFamily}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (const { pen, y } of places) {
    const top = Math.min(Math.max(free, y - height / 2), bbox.top + bbox.height - height);
    const width = ctx.measureText(pen.name).width + 7 * ratio;
    const left = bbox.left + bbox.width - width;
    ctx.fillStyle = colour(pen.colour);
    ctx.fillRect(left, top, width, height);
    ctx.fillStyle = colour('raised');
    ctx.fillText(pen.name, left + width / 2, top + height / 2 + ratio / 2);
    free = top + height + ratio;
  }
}
