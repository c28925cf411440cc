import assert from 'node:assert/strict';
import { overview_stands, person } from '../person.mjs';
import { Server } from '../server.mjs';

export default {
  async 'a link signs in once; used again it says so and how to get a new one'({ binary, browser }) {
    const server = await Server.start(binary, { trusts_loopback: false });
    try {
      assert.ok(server.code, 'the program prints a sign-in link');
      const stranger = await person(browser);
      await stranger.page.goto(server.url);
      await stranger.page.getByText('Sign in with a link').waitFor();
      await stranger.page.getByText('How to get a new link').waitFor();
      await stranger.leave();

      const first = await person(browser);
      await first.page.goto(`${server.url}/sign-in#${server.code}`);
      await overview_stands(first.page);
      assert.ok(!first.page.url().includes(server.code), 'the code does not stay in the address');
      await first.page.reload();
      await overview_stands(first.page);

      const second = await person(browser);
      await second.page.goto(`${server.url}/sign-in#${server.code}`);
      await second.page.getByText('This link does not work any more').waitFor();
      await second.page.getByText('How to get a new link').waitFor();
      await second.leave();

      await first.page.getByRole('button', { name: 'View' }).click();
      await first.page.getByRole('button', { name: 'Sign out' }).click();
      await first.page.getByText('Sign in with a link').waitFor();
      await first.page.reload();
      await first.page.getByText('Sign in with a link').waitFor();
      assert.deepEqual(first.said, []);
      await first.leave();
    } finally {
      await server.stop();
    }
  },
};
