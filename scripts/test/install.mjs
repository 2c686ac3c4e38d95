import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, root } from './build.mjs';

/**
 * The path of a file of a dependency of a private folder (test/matrix, test/nodes). They hold what only a full run
 * needs, hundreds of megabytes for one platform, so they are installed when a run asks for them.
 */
export function installed(folder, dependency, file) {
  const directory = join(root, 'test', folder);
  const { dependencies } = read(join(directory, 'package.json'));
  const wanted = dependencies[dependency];
  if (wanted === undefined) fail(`test/${folder} has no ${dependency}, only ${Object.keys(dependencies).join(', ')}`);
  if (!wanted.endsWith(`@${versionOf(directory, dependency)}`)) {
    process.stderr.write(`installing test/${folder}\n`);
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: directory,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  return join(directory, 'node_modules', dependency, file);
}

/** Sees to a server that npm does not have. */
export function unpackedServer(major) {
  if (existsSync(join(root, 'test', 'clients', `${major}`, 'usr', 'lib', 'postgresql', `${major}`, 'bin', 'postgres')))
    return;
  process.stderr.write(`unpacking PostgreSQL ${major} into test/clients\n`);
  try {
    execFileSync(join(root, 'test', 'clients', 'install'), [`${major}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  } catch {
    fail(
      `PostgreSQL ${major} comes from Debian, by test/clients/install, which has failed; the other majors: --majors 15,16,17,18`,
    );
  }
}

function versionOf(directory, dependency) {
  try {
    return read(join(directory, 'node_modules', dependency, 'package.json')).version;
  } catch {
    return undefined;
  }
}

function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
