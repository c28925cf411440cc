// Where the types of the server's rows lie. Whoever reads them without them being made is told how to make them.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const rows = fileURLToPath(new URL('../../build/wire/rows.ts', import.meta.url));

if (!existsSync(rows)) {
  console.error(`${rows} is not there: the build makes it from the descriptions in src/. Run tools/build dev wire_types first.`);
  process.exit(1);
}
