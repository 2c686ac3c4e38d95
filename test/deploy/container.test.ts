import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { validate } from 'dockerfile-utils';
import { databaseTest } from '../support/database.ts';
import { fromRoot } from '../support/root.ts';
import { newest } from '../support/servers.ts';
import { temporary } from '../support/temporary.ts';
import { argumentsOf, sendContext, stages, text } from './dockerfile.ts';
import { version } from './programs.ts';

// The Dockerfile by a linter and by rules of our own; and what its first stage makes, made and run. No test has an engine.

const [build, key, image] = stages();
assert.ok(build && key && image);

test('the Dockerfile is valid', () => {
  assert.deepEqual(validate(text), []);
  assert.notDeepEqual(validate(text.replace('WORKDIR /data', 'WORKDIR data')), []);
  for (const stage of stages())
    for (const script of argumentsOf(stage, 'RUN'))
      assert.equal(spawnSync('sh', ['-n', '-c', script], { encoding: 'utf8' }).stderr, '', script);
});

test('the image runs pgseq as nobody special, and has what it calls', () => {
  assert.deepEqual(argumentsOf(image, 'USER'), ['1000:1000']);
  assert.deepEqual(argumentsOf(image, 'ENTRYPOINT'), ['["pgseq"]']);
  assert.deepEqual(argumentsOf(image, 'HEALTHCHECK'), ['NONE']);
  assert.deepEqual(argumentsOf(image, 'ADD'), []);
  const [labels = ''] = argumentsOf(image, 'LABEL');
  const { description, license } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as Record<string, string>;
  for (const [name, value] of Object.entries({ title: 'pgseq', description, version, licenses: license }))
    assert.ok(labels.includes(`org.opencontainers.image.${name}="${value}"`), `label ${name}`);
  const [packages = ''] = argumentsOf(image, 'RUN');
  for (const name of ['ca-certificates', 'postgresql-client-', 'sqlite3', 'zstd']) assert.ok(packages.includes(name));
  assert.match(packages, /install -y --no-install-recommends .* && rm -rf \/var\/lib\/apt\/lists\/\*$/);
  assert.ok(argumentsOf(image, 'ARG').includes(`POSTGRESQL=${newest.major}`), 'the newest client programs');
});

test('no stage begins with a base of no certain version, and each copy comes from a stage', () => {
  const names = stages().map(({ name }) => name);
  for (const stage of stages()) {
    assert.match(stage.base, /^node:\$\{NODE\}-\$\{DEBIAN\}-slim$/);
    for (const [, from] of stage.instructions
      .map((it) => it.toString().matchAll(/--from=(\S+)/g))
      .flatMap((it) => [...it]))
      assert.ok(names.includes(from ?? ''), from);
  }
});

let room = '';
before(() => {
  room = mkdtempSync(join(temporary, 'pgseq-image-'));
  // Whom the image runs as must get at it
  chmodSync(room, 0o755);
  const source = join(room, 'src');
  sendContext(source);
  // The first RUN is `npm ci` of everything, which made the folder that stands for its own here
  const [install, ...others] = argumentsOf(build, 'RUN');
  assert.match(install ?? '', /^npm ci --ignore-scripts/);
  symlinkSync(fromRoot('node_modules'), join(source, 'node_modules'));
  for (const script of others)
    execFileSync('sh', ['-ec', script.replaceAll('/build', room)], {
      cwd: source,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, npm_config_prefer_offline: 'true', npm_config_update_notifier: 'false' },
    });
});
after(() => rmSync(room, { recursive: true, force: true }));

test('what is copied into the image is pgseq and its dependencies, and nothing else', () => {
  const program = join(room, 'image', 'usr', 'local', 'bin', 'pgseq');
  assert.equal(execFileSync(program, ['--version'], { encoding: 'utf8' }).trim(), version);
  const installed = join(room, 'image', 'usr', 'local', 'lib', 'pgseq');
  assert.deepEqual(readdirSync(installed).toSorted(), [
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'completions',
    'dist',
    'node_modules',
    'package.json',
    'sql',
  ]);
  const { packages } = JSON.parse(readFileSync(fromRoot('package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; dev?: boolean; peer?: boolean }>;
  };
  const wanted = Object.entries(packages).filter(([path, one]) => path !== '' && !one.dev && !one.peer);
  for (const [path, { version }] of wanted) {
    const manifest = JSON.parse(readFileSync(join(installed, path, 'package.json'), 'utf8')) as { version: string };
    assert.equal(manifest.version, version, path);
  }
  const { devDependencies } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  for (const name of Object.keys(devDependencies))
    assert.equal(existsSync(join(installed, 'node_modules', name)), false, name);
});

databaseTest(
  'check and fix run as a user that the system does not know, and write no file',
  newest,
  'create table users (id serial primary key); insert into users values (1), (2)',
  async ({ url }) => {
    const program = join(room, 'image', 'usr', 'local', 'bin', 'pgseq');
    const permission = process.allowedNodeEnvironmentFlags.has('--permission')
      ? '--permission'
      : '--experimental-permission';
    // Node itself is started first: it may lie where only root gets
    const become = 'process.setgroups([]); process.setgid(12345); process.setuid(12345)';
    const run = (...args: string[]): { status: number | null; stderr: string } => {
      const identity = process.getuid?.() === 0 ? ['--import', `data:text/javascript,${become}`] : [];
      return spawnSync(
        process.execPath,
        [permission, '--allow-fs-read=*', ...identity, realpathSync(program), ...args],
        { cwd: '/', encoding: 'utf8', env: { PATH: process.env['PATH'], DATABASE_URL: url } },
      );
    };
    for (const [command, code] of [
      ['check', 1],
      ['fix', 0],
      ['check', 0],
    ] as const) {
      const { status, stderr } = run(command);
      assert.equal(status, code, stderr);
      assert.doesNotMatch(stderr, /ERR_ACCESS_DENIED|EACCES|denied|restricted/);
    }
    // So that it is known to be forbidden where everybody may write
    const open = join(room, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    const forbidden = run('check', '--output', join(open, 'report'));
    assert.equal(forbidden.status, 2);
    assert.match(forbidden.stderr, /report: Access to this API has been restricted/);
  },
);
