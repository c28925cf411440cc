// After `vite build`: refuses a first route that is too heavy, then lays X.br and X.gz beside each file X of dist/.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
const first_route_bytes_max = 120_000; // gzip, all scripts that the first screen needs
const packed_already = new Set(['.woff2', '.png', '.br', '.gz']);

function files_of(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

// All scripts that the page loads before anybody clicks: the entry and what it imports without `import()`.
function scripts_of_first_route(manifest) {
  const entry = Object.values(manifest).find((part) => part.isEntry);
  const seen = new Set();
  const walk = (part) => {
    if (part === undefined || seen.has(part.file)) return;
    seen.add(part.file);
    for (const name of part.imports ?? []) walk(manifest[name]);
  };
  walk(entry);
  return [...seen].filter((file) => file.endsWith('.js'));
}

const manifest_file = join(dist, '.vite', 'manifest.json');
const scripts = scripts_of_first_route(JSON.parse(readFileSync(manifest_file, 'utf8')));
const weight = scripts.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0);
rmSync(join(dist, '.vite'), { recursive: true });
console.log(`first route: ${(weight / 1000).toFixed(1)} kB gzip of script in ${scripts.length} files (limit ${first_route_bytes_max / 1000} kB)`);
if (scripts.length === 0 || weight > first_route_bytes_max) {
  console.error('The first route is too heavy: load what is not seen at once with import(), or leave a dependency out.');
  process.exit(1);
}

for (const file of files_of(dist)) {
  if (packed_already.has(extname(file))) continue;
  const bytes = readFileSync(file);
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  const quality = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: quality }));
}
