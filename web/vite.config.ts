import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { rows } from './tools/rows.mjs';

// The server of millwright answers the API; `npx vite` alone passes those requests on to it.
const server = process.env['MILLWRIGHT_SERVER'] ?? 'http://127.0.0.1:8080';

// Writes which packages really end up in the bundle, for tools/sbom: whose script is rendered, whose styles and fonts are taken.
function packages_of_bundle(): Plugin {
  const folder = new URL('../build/web/', import.meta.url).pathname;
  return {
    name: 'packages-of-bundle',
    apply: 'build',
    generateBundle(_options, bundle) {
      const files = [...this.getModuleIds()].filter((id) => id.split('?')[0]?.endsWith('.css'));
      for (const part of Object.values(bundle)) {
        if (part.type === 'asset') {
          files.push(...part.originalFileNames.map((name) => new URL(name, import.meta.url).pathname));
          continue;
        }
        for (const [id, module] of Object.entries(part.modules)) if (module.renderedLength > 0) files.push(id);
      }
      const folders = files.map((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0]).filter((found) => found !== undefined);
      const packages = [...new Set(folders)].sort().map((at) => {
        const about: unknown = JSON.parse(readFileSync(`${at}/package.json`, 'utf8'));
        return { folder: at.slice(at.lastIndexOf('/web/node_modules/') + 1), about };
      });
      mkdirSync(folder, { recursive: true });
      writeFileSync(`${folder}packages.json`, `${JSON.stringify(packages, null, 1)}\n`);
    },
  };
}

export default defineConfig({
  plugins: [svelte(), packages_of_bundle()],
  resolve: { alias: { '@server/rows': rows } },
  build: {
    target: 'chrome109', // the newest Chromium that the oldest panel PCs of a plant still get
    assetsInlineLimit: 0, // the content policy allows no data: addresses
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    manifest: true,
  },
  server: { proxy: { '/api': { target: server, ws: true } }, fs: { allow: ['.', rows] } },
  test: { include: ['src/**/*.test.ts'] },
});
