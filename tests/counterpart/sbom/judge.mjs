// node judge.mjs SBOM LIBRARIES: judges the list by the validator of CycloneDX and by what lies on this machine.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';

const [sbom_file, libraries] = process.argv.slice(2);
const text = readFileSync(sbom_file, 'utf8');
const sbom = JSON.parse(text);
const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

assert.equal(await validator.validate(text), null, 'the list is not CycloneDX 1.6');
for (const spoil of [(bom) => { delete bom.components[0].type; }, (bom) => { bom.serialNumber = 'urn:uuid:1'; }, (bom) => { bom.extra = 1; },
  (bom) => { bom.components.at(-1).licenses[0].license.id = 'No-Such-Licence'; }]) {
  const spoilt = structuredClone(sbom);
  spoil(spoilt);
  assert.notEqual(await validator.validate(JSON.stringify(spoilt)), null, `a mistake is not found: ${spoil}`);
}

const files = new Map(sbom.components.flatMap((part) => part.components ?? []).map((file) => [file.name.split('/').at(-1), file.hashes[0].content]));
const names = readdirSync(libraries);
assert.ok(names.length >= 2);
for (const name of names)
  assert.equal(files.get(name), createHash('sha256').update(readFileSync(join(libraries, name))).digest('hex'), `${name} is not in the list as it is`);

const screens = sbom.components.filter((part) => part.purl.startsWith('pkg:npm/'));
for (const wanted of Object.keys(JSON.parse(readFileSync('web/package.json', 'utf8')).dependencies))
  assert.ok(screens.some((part) => part.name === wanted), `${wanted} is in the screens and not in the list`);
assert.ok(screens.every((part) => part.licenses[0].license.id), 'a package of the screens has no licence');
const headers = sbom.components.filter((part) => part.properties[0].value.startsWith('headers'));
assert.ok(headers.some((part) => part.name.startsWith('libboost')), 'Boost is compiled in and not in the list');
assert.deepEqual(new Set(sbom.dependencies[0].dependsOn), new Set(sbom.components.map((part) => part['bom-ref'])));
console.log(`${sbom.components.length} components, ${files.size} files`);
