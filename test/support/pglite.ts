import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { PGlite } from '@electric-sql/pglite';
import { fromRoot } from './root.ts';

// Half of what PGlite's start costs is V8 optimising WebAssembly that runs for seconds.
setFlagsFromString('--liftoff-only');

/**
 * Starts an empty embedded PostgreSQL, of the package that a folder of the checkout has. The other half of the cost is initdb: the
 * first start leaves its empty database in node_modules for all that follow.
 */
export async function startPglite(...folder: readonly string[]): Promise<PGlite> {
  const modules = fromRoot(...folder, 'node_modules');
  const { version } = JSON.parse(readFileSync(join(modules, '@electric-sql', 'pglite', 'package.json'), 'utf8')) as {
    version: string;
  };
  const module = (await import(join(modules, '@electric-sql', 'pglite', 'dist', 'index.js'))) as {
    PGlite: typeof PGlite;
  };
  const empty = join(modules, '.cache', `pglite-${version}.tar`);
  if (existsSync(empty)) return await module.PGlite.create({ loadDataDir: new Blob([readFileSync(empty)]) });
  const first = await module.PGlite.create();
  const image = await first.dumpDataDir('none');
  mkdirSync(dirname(empty), { recursive: true });
  const unfinished = `${empty}.${process.pid}`;
  writeFileSync(unfinished, Buffer.from(await image.arrayBuffer()));
  renameSync(unfinished, empty); // Another process may be at it
  return first;
}
