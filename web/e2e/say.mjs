// How numbers are said on the screens, written down a second time: a test recomputes every one from the rows of the API.
import assert from 'node:assert/strict';

export const count = (value) => new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 }).format(value);
export const known = (value) => (value == null ? '—' : count(value));
export const coverage = (share) => `coverage ${share === null ? 'not known' : `${count(Math.floor(100 * share))} %`}`;
export const signed = (value) => (value === null ? '—' : `${value > 0 ? '+' : value < 0 ? '−' : ''}${count(Math.abs(value))}`);
/** Whole parts more than the plan as it is shown. */
export const ahead_of = (good, plan) => (good === null || plan === null ? null : good - Math.round(plan));
export function ahead_words({ good, plan }) {
  const ahead = ahead_of(good, plan);
  return ahead === null ? '' : ahead < 0 ? `${count(-ahead)} behind plan` : `${count(ahead)} ahead of plan`;
}

const loss_kinds = {
  running: 'Running', slow: 'Slow', idle: 'Idle', setup: 'Set-up', stopped: 'Stopped', blocked: 'Blocked', starved: 'Starved', planned: 'Planned',
  nodata: 'No data', 'micro-stops': 'Short stops', 'slow cycles': 'Slow cycles', scrap: 'Scrap',
};
/** A loss that the server names by its kind in words; a reason that people gave as it is. */
export const loss_words = (what) => loss_kinds[what] ?? what;

export function duration(milliseconds) {
  const minutes = Math.floor(milliseconds / 60_000);
  const hours = Math.floor(minutes / 60);
  if (milliseconds < 60_000) return `${Math.floor(milliseconds / 1_000)} s`;
  if (hours === 0) return `${minutes} min`;
  const [large, one, rest, other] = hours < 24 ? [hours, 'h', minutes % 60, 'min'] : [Math.floor(hours / 24), 'd', hours % 24, 'h'];
  return rest === 0 ? `${large} ${one}` : `${large} ${one} ${rest} ${other}`;
}

const number_of = (text) => (text === 'not known' ? null : Number(/^(-?[\d,.]+) %$/.exec(text)?.[1].replaceAll(',', '')));

/** What stands on the screen is what the row says, and the factors multiply to the total as both are shown. */
export function factors_agree(shown, row, where) {
  const [oee, ...factors] = [shown.oee, shown.availability, shown.performance, shown.quality].map(number_of);
  const truths = [row.availability, row.performance, row.quality];
  factors.forEach((factor, index) => {
    const truth = truths[index];
    if (truth === null) assert.equal(factor, null, `${where}: what is not known is said to be so`);
    else assert.ok(factor !== null && Math.abs(factor - 100 * truth) < (truth > 1 ? 0.3 : 0.1) + 1e-9, `${where}: ${factor} for ${100 * truth}`);
  });
  if (row.oee === null) return void assert.equal(oee, null, `${where}: OEE is not known`);
  assert.equal(oee, Math.round(1_000 * row.oee) / 10, `${where}: OEE`);
  if (!truths.includes(null)) {
    const product = factors.reduce((all, factor) => (all * factor) / 100, 100);
    assert.equal(product.toFixed(1), oee.toFixed(1), `${where}: ${factors.join(' x ')} is ${product}, and ${oee} is shown`);
  }
}
