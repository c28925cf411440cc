// Which pen is drawn against which axis: one axis a unit, four at most; with more units all pens share one axis of per cent.

export const axes_max = 4;

export interface AxisPen {
  readonly unit: string;
  /** The least and the greatest value in sight; null: nothing to draw. */
  readonly range: readonly [low: number, high: number] | null;
}

export interface Axis {
  readonly key: string;
  /** Empty: numbers without a unit. */
  readonly unit: string;
  readonly is_left: boolean;
  /** 0 … 100 % of each pen's own range. */
  readonly is_share: boolean;
  readonly low: number;
  readonly high: number;
}

export interface Plan {
  readonly axes: readonly Axis[];
  /** For each pen the axis and what 0 and 1 of it mean. */
  readonly pens: readonly { readonly axis: number; readonly low: number; readonly high: number }[];
}

const margin = 0.06;

/** Room above and below; a flat line stands in the middle. */
export function with_room(low: number, high: number): readonly [low: number, high: number] {
  const height = high - low;
  const room = height > 0 ? height * margin : Math.max(Math.abs(low) * margin, 1e-9, low === 0 ? 1 : 0);
  return [low - room, high + room];
}

const joined = (ranges: readonly AxisPen['range'][]): readonly [low: number, high: number] => {
  const known = ranges.filter((one) => one !== null);
  if (known.length === 0) return [0, 1];
  return [Math.min(...known.map((one) => one[0])), Math.max(...known.map((one) => one[1]))];
};

export function plan_of(pens: readonly AxisPen[]): Plan {
  const units = [...new Set(pens.map((pen) => pen.unit))];
  if (units.length > axes_max) {
    const [low, high] = with_room(0, 100);
    return {
      axes: [{ key: 'share', unit: '%', is_left: true, is_share: true, low, high }],
      pens: pens.map((pen) => {
        const [least, most] = pen.range ?? [0, 1];
        const [from, to] = least === most ? with_room(least, most) : [least, most];
        return { axis: 0, low: from, high: to };
      }),
    };
  }
  const axes = units.map((unit, index): Axis => {
    const [low, high] = with_room(...joined(pens.filter((pen) => pen.unit === unit).map((pen) => pen.range)));
    return { key: `axis${index}`, unit, is_left: index % 2 === 0, is_share: false, low, high };
  });
  return { axes, pens: pens.map((pen) => ({ axis: units.indexOf(pen.unit), low: 0, high: 0 })) };
}

/** A value on the axis of its pen: itself, or its share of the pen's own range. */
export function on_axis(plan: Plan, pen: number, value: number): number {
  const place = plan.pens[pen];
  const axis = place === undefined ? undefined : plan.axes[place.axis];
  if (place === undefined || axis === undefined || !axis.is_share) return value;
  return (100 * (value - place.low)) / (place.high - place.low);
}
