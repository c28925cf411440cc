// The screens that are kept as pictures and checked by axe: where they are, and when they stand.
import { is_live, overview_stands } from './person.mjs';

const machine_shown = 'cnc3';

export const screens = [
  { name: 'overview', path: () => '/', stands: overview_stands },
  {
    name: 'data_health',
    path: () => '/data-health',
    stands: async (page) => {
      await page.locator('tr[data-row]').first().waitFor();
      await page.getByRole('heading', { name: 'Tags not yet described' }).waitFor();
      await is_live(page);
    },
  },
  {
    name: 'machine',
    path: async (server) => {
      const { machines } = await server.get('/api/v1/plant');
      return `/machine/${machines.find((one) => one.path.endsWith(`/${machine_shown}`)).path}`;
    },
    stands: async (page) => {
      await page.locator('[data-tag]').first().waitFor();
      await page.getByRole('img', { name: /last 8 h/ }).first().waitFor();
      await page.getByText('Fetching the cycle times').waitFor({ state: 'detached' });
      await page.locator('section').filter({ hasText: 'Trend of' }).getByText(/Trend as a table|No reading of this tag|holds words/).waitFor();
      await is_live(page);
    },
  },
  {
    name: 'trends',
    path: () => `/trends?${['axis/load', 'power', 'spindle/vibration'].map((tag) => `pen=velo/berlin/frames/machining/cnc3/${tag}`).join('&')}&span=8h`,
    stands: async (page) => {
      await page.locator('[data-fine="true"]').waitFor();
      await page.getByRole('img', { name: /^CNC mill 3, last 8 h/ }).waitFor();
      await is_live(page);
    },
  },
  {
    name: 'sign_in',
    path: () => '/sign-in#used',
    stands: async (page) => void (await page.getByText('This link does not work any more').waitFor()),
  },
];
