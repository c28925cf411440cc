import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const types = readFileSync(new URL('../../../build/wire/rows.ts', import.meta.url), 'utf8');

// The fields of an interface, by name, with their types.
function fields_of(name) {
  const body = new RegExp(`^export interface ${name} \\{\\n(.*?)^\\}`, 'ms').exec(types)?.[1];
  assert.ok(body !== undefined, `build/wire/rows.ts has no interface ${name}`);
  return new Map([...body.matchAll(/^ {2}readonly (\w+): (.*);$/gm)].map((match) => [match[1], match[2]]));
}

export default {
  async 'every view that the server has is in the types of the page, and its rows hold just what they say'({ server }) {
    const views = fields_of('Views');
    const refused = await (await fetch(`${server.url}/api/v1/views/none`)).json();
    const known = /the views are (.*)$/.exec(refused.error.what)[1].split(', ');
    assert.deepEqual([...views.keys()].sort(), known.sort());
    let rows_seen = 0;
    for (const [view, row_name] of views) {
      const fields = fields_of(row_name);
      for (const [key, row] of Object.entries((await server.get(`/api/v1/views/${view}`)).rows)) {
        assert.deepEqual(Object.keys(row).sort(), [...fields.keys()].sort(), `${view} ${key}`);
        for (const [field, value] of Object.entries(row)) {
          if (value === null) assert.match(fields.get(field), /\bnull\b/, `${view} ${key} ${field}`);
        }
        rows_seen += 1;
      }
    }
    return `${rows_seen} rows of ${known.length} views`;
  },
};
