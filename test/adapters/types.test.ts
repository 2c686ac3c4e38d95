import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fromRoot } from '../support/root.ts';
import { versions } from './clients.ts';

// Not fast: the compiler reads the types of ten clients.
// The public types, as an application with each client meets them: what the package declares (in dist) is compiled beside what the
// client declares.

for (const version of versions) {
  test(`types, with the clients in their ${version} version`, { timeout: 300_000 }, () => {
    const folder = (file: string): string => fromRoot('test', 'adapters', version, file);
    copyFileSync(fromRoot('test', 'adapters', 'types', 'types.ts'), folder('types.tried.ts'));
    const compilerOptions = {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      noEmit: true,
      types: ['node'],
      paths: { pgseq: ['../../../dist/index.d.ts'], 'pgseq/*': ['../../../dist/adapters/*.d.ts'] },
    };
    writeFileSync(folder('tsconfig.tried.json'), JSON.stringify({ compilerOptions, files: ['types.tried.ts'] }));
    try {
      const tsc = fromRoot('node_modules', 'typescript', 'bin', 'tsc');
      const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder('tsconfig.tried.json')], {
        encoding: 'utf8',
      });
      assert.equal(status, 0, stdout);
    } finally {
      for (const file of ['types.tried.ts', 'tsconfig.tried.json']) rmSync(folder(file), { force: true });
    }
  });
}
