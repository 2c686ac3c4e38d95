import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { fromRoot } from '../support/root.ts';

/** The clients in their current versions, and in the first that are supported: `npm test` tries the former, the run beside it the latter, a full run both. */
export type Version = 'current' | 'oldest';

const wanted = (process.env['PGSEQ_TEST_CLIENTS'] ?? 'current').split(',');

export const versions: readonly Version[] = (['current', 'oldest'] as const).filter(
  (version) =>
    wanted.includes(version) && existsSync(fromRoot('test', 'adapters', version, 'node_modules', '.installed')),
);

// oxlint-disable-next-line typescript/no-explicit-any -- two versions of a module have two types; types.ts sees to those
export type Module = any;

/** A module as the folder of that version has it. */
export async function load(version: Version, name: string): Promise<Module> {
  const { load: loading } = (await import(pathToFileURL(fromRoot('test', 'adapters', version, 'load.mjs')).href)) as {
    load(name: string): Promise<unknown>;
  };
  return await loading(name);
}

/** An empty folder from which Node finds the current clients, and pgseq as it is built. */
export function clientFolder(name: string): string {
  const folder = fromRoot('test', 'adapters', 'current', 'tried', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
