import type { OeeRow } from '../wire/types';

/** The three factors and their product as they are shown: in tenths of a per cent, and the factors multiply to the total. */
export interface Factors {
  readonly availability: number | null;
  readonly performance: number | null;
  readonly quality: number | null;
  readonly oee: number | null;
}

type Known = Pick<OeeRow, 'availability' | 'performance' | 'quality' | 'oee'>;

const thousandth = (share: number): number => Math.round(share * 1_000);
const tenths = (thousandths: number): number => thousandths / 10;

/**
 * Each factor is rounded up or down to a tenth so that those shown multiply to the total shown: 81.94 % of 87.02 % of 95.54 %
 * is 68.12 %, but 81.9, 87.0 and 95.5 would make 68.0. Of all ways that fit, the one nearest to the true factors.
 */
export function factors_shown(row: Known): Factors {
  const { availability, performance, quality, oee } = row;
  const alone = (share: number | null): number | null => (share === null ? null : tenths(thousandth(share)));
  if (availability === null || performance === null || quality === null || oee === null) {
    return { availability: alone(availability), performance: alone(performance), quality: alone(quality), oee: alone(oee) };
  }
  const total = thousandth(oee);
  let best: readonly [number, number, number] = [thousandth(availability), thousandth(performance), thousandth(quality)];
  let best_miss = Infinity;
  for (const a of both(availability)) {
    for (const p of performance > 1 ? around(performance) : both(performance)) {
      for (const q of both(quality)) {
        const miss = Math.abs(a / 1_000 - availability) + Math.abs(p / 1_000 - performance) + Math.abs(q / 1_000 - quality);
        const fits = Math.round((a * p * q) / 1_000_000) === total;
        if (!fits || miss >= best_miss) continue;
        best = [a, p, q];
        best_miss = miss;
      }
    }
  }
  return { availability: tenths(best[0]), performance: tenths(best[1]), quality: tenths(best[2]), oee: tenths(total) };
}

const both = (share: number): readonly number[] => {
  const low = Math.floor(share * 1_000);
  return low === share * 1_000 ? [low] : [low, low + 1];
};

/** Good parts more than planned, counted from the plan as it is shown: whole parts. */
export function ahead_of(good: number | null, plan: number | null): number | null {
  return good === null || plan === null ? null : good - Math.round(plan);
}

// Above one, a tenth of a factor moves the total by more than a tenth: two more to choose from.
const around = (share: number): readonly number[] => {
  const low = Math.floor(share * 1_000);
  return [low, low + 1, low - 1, low + 2];
};

export interface Step {
  readonly from: number;
  readonly to: number;
  readonly plan: number | null;
  readonly good: number | null;
}

export interface Sums {
  /** Since the first hour; null as long as nothing was known. */
  readonly plan: number | null;
  readonly good: number | null;
  /** Good parts more (or, below nought, fewer) than planned. */
  readonly ahead: number | null;
}

/** What had come together at the end of each hour. */
export function sums_of(steps: readonly Pick<Step, 'plan' | 'good'>[]): Sums[] {
  let plan: number | null = null;
  let good: number | null = null;
  return steps.map((step) => {
    if (step.plan !== null) plan = (plan ?? 0) + step.plan;
    if (step.good !== null) good = (good ?? 0) + step.good;
    return { plan, good, ahead: ahead_of(good, plan) };
  });
}
