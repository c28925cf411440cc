// After `vite build`: refuses a first route or a later one that is too heavy, then lays X.br and X.gz beside each file X of dist/.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
const first_route_bytes_max = 120_000; // gzip, all scripts that the first screen needs
const later_route_bytes_max = 60_000; // what a later screen needs beyond the first
const packed_already = new Set(['.woff2', '.png', '.br', '.gz']);

function files_of(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

// A script and what it imports without `import()`.
function scripts_of(manifest, part, seen = new Set()) {
  if (part === undefined || seen.has(part.file)) return seen;
  seen.add(part.file);
  for (const name of part.imports ?? []) scripts_of(manifest, manifest[name], seen);
  return seen;
}
const weight_of = (files) => [...files].filter((file) => file.endsWith('.js'))
  .reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0);

const manifest_file = join(dist, '.vite', 'manifest.json');
const manifest = JSON.parse(readFileSync(manifest_file, 'utf8'));
const scripts = scripts_of(manifest, Object.values(manifest).find((part) => part.isEntry));
const weight = weight_of(scripts);
const heavy = Object.values(manifest).filter((part) => part.isDynamicEntry)
  .map((part) => ({ file: part.file, weight: weight_of([...scripts_of(manifest, part)].filter((file) => !scripts.has(file))) }))
  .filter((route) => route.weight > later_route_bytes_max);
rmSync(join(dist, '.vite'), { recursive: true });
console.log(`first route: ${(weight / 1000).toFixed(1)} kB gzip of script in ${scripts.size} files (limit ${first_route_bytes_max / 1000} kB)`);
if (scripts.size === 0 || weight > first_route_bytes_max) {
  console.error('The first route is too heavy: load what is not seen at once with import(), or leave a dependency out.');
  process.exit(1);
}
for (const route of heavy) {
  console.error(`${route.file} weighs ${(route.weight / 1000).toFixed(1)} kB gzip with what it needs (limit ${later_route_bytes_max / 1000} kB): leave something out or load it later.`);
  process.exit(1);
}

for (const file of files_of(dist)) {
  if (packed_already.has(extname(file))) continue;
  const bytes = readFileSync(file);
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  const quality = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: quality }));
}
