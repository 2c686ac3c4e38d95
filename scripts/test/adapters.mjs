import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './build.mjs';

export const clientVersions = ['current', 'oldest'];

/**
 * Installs the clients that the adapters are tried with (test/adapters/current, or oldest: the first that are supported) unless they
 * are there as their lockfile has them, with pgseq itself beside them, and generates Prisma's client. Its engines, which it would download, are not used.
 */
export function installClients(version) {
  const directory = join(root, 'test', 'adapters', version);
  const hash = (file) =>
    createHash('sha256')
      .update(readFileSync(join(directory, file)))
      .digest('hex');
  const wanted = [hash('package-lock.json'), hash('schema.prisma')];
  const stamp = stampOf(version);
  const [lockfile, schema] = existsSync(stamp) ? readFileSync(stamp, 'utf8').split('\n') : [];
  if (lockfile === wanted[0] && schema === wanted[1]) return;
  const run = (program, ...args) =>
    execFileSync(program, args, {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_QUERY_ENGINE_LIBRARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    });
  if (lockfile !== wanted[0]) {
    process.stderr.write(`installing test/adapters/${version}\n`);
    run('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error');
    symlinkSync(root, join(directory, 'node_modules', 'pgseq'), 'junction');
  }
  run(process.execPath, 'node_modules/prisma/build/index.js', 'generate', '--schema', 'schema.prisma');
  writeFileSync(stamp, wanted.join('\n'));
}

function stampOf(version) {
  return join(root, 'test', 'adapters', version, 'node_modules', '.installed');
}
