// Turns what tools/sbom found into CycloneDX 1.6 JSON on standard output. Each input gives one output, byte for byte.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

const [parts_file, web_file, version, epoch, digest, release] = process.argv.slice(2);
const lock = JSON.parse(readFileSync('web/package-lock.json', 'utf8')).packages;

// The short licence names of a Debian copyright file, where it is written in the machine-readable form.
function licences_of(name) {
  const file = `/usr/share/doc/${name}/copyright`;
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  const names = [...text.matchAll(/^License: *(\S.*)$/gm)].map((found) => found[1].trim());
  return [...new Set(names)].sort();
}

const purl_version = (text) => encodeURIComponent(text).replaceAll('%3A', ':');
const components = [];
const lines = readFileSync(parts_file, 'utf8').split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
const by_package = Map.groupBy(lines, (line) => line[0]);
for (const name of [...by_package.keys()].sort()) {
  const files = by_package.get(name);
  const [, number, source, architecture, role] = files[0];
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${purl_version(number)}?arch=${architecture}&distro=${release}`;
  const licences = licences_of(name);
  components.push({
    type: 'library',
    'bom-ref': purl,
    name,
    version: number,
    scope: 'required',
    ...(files[0][6] === '-' || files.length > 1 ? {} : { hashes: [{ alg: 'SHA-256', content: files[0][6] }] }),
    ...(licences.length === 0 ? {} : { licenses: licences.map((licence) => ({ license: { name: licence } })) }),
    purl,
    properties: [
      { name: 'millwright:role', value: role === 'headers' ? 'headers compiled into the program' : 'library in the package' },
      { name: 'millwright:source-package', value: source },
    ],
    ...(role === 'headers' ? {} : {
      components: files.map(([, , , , , file, sum]) => ({
        type: 'file', 'bom-ref': `${purl}#${file}`, name: `usr/lib/millwright/${file}`, hashes: [{ alg: 'SHA-256', content: sum }],
      })),
    }),
  });
}
for (const { folder, about } of JSON.parse(readFileSync(web_file, 'utf8'))) {
  const purl = `pkg:npm/${about.name.replace('@', '%40')}@${about.version}`;
  const sum = lock[folder.slice('web/'.length)]?.integrity?.split(' ')[0]?.split('-');
  components.push({
    type: 'library',
    'bom-ref': purl,
    name: about.name,
    version: about.version,
    scope: 'required',
    ...(sum?.[0] === 'sha512' ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(sum[1], 'base64').toString('hex') }] } : {}),
    licenses: [{ license: { id: about.license } }],
    purl,
    properties: [{ name: 'millwright:role', value: 'in the screens' }],
  });
}

const own = `pkg:generic/millwright@${version}`;
const bom = {
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  serialNumber: '',
  version: 1,
  metadata: {
    timestamp: new Date(Number(epoch) * 1000).toISOString().replace('.000', ''),
    tools: { components: [{ type: 'application', name: 'millwright tools/sbom', version }] },
    component: {
      type: 'application',
      'bom-ref': own,
      name: 'millwright',
      version,
      hashes: [{ alg: 'SHA-256', content: digest }],
      licenses: [{ license: { id: 'Apache-2.0' } }],
      purl: own,
    },
  },
  components,
  dependencies: [{ ref: own, dependsOn: components.map((part) => part['bom-ref']) }],
};
// A number of its own that is the same for the same content (RFC 9562, version 8).
const hex = [...createHash('sha256').update(JSON.stringify(bom)).digest('hex').slice(0, 32)];
hex[12] = '8';
hex[16] = '8';
const text = hex.join('');
bom.serialNumber = `urn:uuid:${[text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')}`;
process.stdout.write(`${JSON.stringify(bom, null, 2)}\n`);
