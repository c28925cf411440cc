// The screens that are kept as pictures and checked by axe: where they are, and when they stand.
import { is_live, overview_stands } from './person.mjs';

const machine_shown = 'cnc3';

async function path_of(server, screen) {
  const { machines } = await server.get('/api/v1/plant');
  return `/${screen}/${machines.find((one) => one.path.endsWith(`/${machine_shown}`)).path}`;
}

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
    path: (server) => path_of(server, 'machine'),
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
    name: 'shift',
    path: () => '/shift',
    stands: async (page) => {
      await page.locator('[data-hour="total"]').waitFor();
      await is_live(page);
    },
  },
  {
    name: 'orders',
    path: () => '/orders',
    stands: async (page) => {
      await page.locator('tr[data-order]').first().waitFor();
      await is_live(page);
    },
  },
  {
    name: 'station',
    path: (server) => path_of(server, 'station'),
    stands: async (page) => {
      await page.getByRole('heading', { name: 'Orders here' }).waitFor();
      await page.locator('[data-fact="good"]').waitFor();
      await page.locator('[data-order]').first().waitFor();
      await is_live(page);
    },
  },
  {
    name: 'sign_in',
    path: () => '/sign-in#used',
    stands: async (page) => void (await page.getByText('This link does not work any more').waitFor()),
  },
];
