import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { CronJob } from 'kubernetes-models/batch/v1/CronJob';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { Secret } from 'kubernetes-models/v1/Secret';
import { run } from '../commands/support.ts';
import { linksOf } from '../docs/markdown.ts';
import { type Database, databaseTest } from '../support/database.ts';
import { fromRoot } from '../support/root.ts';
import { newest } from '../support/servers.ts';
import { argumentsOf, stages } from './dockerfile.ts';
import { containersOf, jobOf, podOf, type Resource, resources, secretValues } from './manifests.ts';
import { programs, version } from './programs.ts';

// deploy/kubernetes by the schemas of Kubernetes, by rules of our own, and run.

const models = {
  Job: (it: Resource) => new Job(it as never),
  CronJob: (it: Resource) => new CronJob(it as never),
  Deployment: (it: Resource) => new Deployment(it as never),
  Secret: (it: Resource) => new Secret(it),
};

test('the manifests are valid by the schemas of Kubernetes', () => {
  assert.deepEqual(
    resources.map(({ file, resource }) => `${file} ${resource.kind}`),
    [
      'check.yaml Job',
      'fix.yaml Job',
      'init-container.yaml Deployment',
      'monitor.yaml CronJob',
      'secret.yaml Secret',
      'secret.yaml Secret',
    ],
  );
  for (const { file, resource } of resources)
    assert.doesNotThrow(() => models[resource.kind](resource).validate(), file);
  assert.throws(() => new CronJob({ spec: { schedule: 7 } } as never).validate());
});

test('docs/kubernetes.md leads to every manifest', () => {
  const links = linksOf(readFileSync(fromRoot('docs', 'kubernetes.md'), 'utf8'));
  for (const { file } of resources) assert.ok(links.includes(`../deploy/kubernetes/${file}`), file);
});

test('the manifests hold no field that Kubernetes does not know', () => {
  // The schemas allow any; an API server with strict validation does not, and neither does the compiler in a literal
  const directory = fromRoot('build', 'deploy');
  mkdirSync(directory, { recursive: true });
  const groups = { Job: 'batch/v1', CronJob: 'batch/v1', Deployment: 'apps/v1', Secret: 'v1' };
  const lines = [
    ...Object.entries(groups).map(
      ([kind, group]) => `import type { I${kind} } from 'kubernetes-models/${group}/${kind}';`,
    ),
    ...resources.map(({ resource: it }, place) => `export const _${place}: I${it.kind} = ${JSON.stringify(it)};`),
    // So that it is known to see one
    '// @ts-expect-error',
    "export const _wrong: IJob = { apiVersion: 'batch/v1', kind: 'Job', spec: { template: {}, backofLimit: 0 } };",
  ];
  writeFileSync(join(directory, 'manifests.ts'), lines.join('\n'));
  writeFileSync(
    join(directory, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', compilerOptions: { noEmit: true }, files: ['manifests.ts'] }),
  );
  const compiler = fromRoot('node_modules', 'typescript', 'bin', 'tsc');
  assert.equal(spawnSync(process.execPath, [compiler, '-p', directory], { encoding: 'utf8' }).stdout, '');
});

test('every pod is what the Pod Security Standard "restricted" asks for, and more', () => {
  const [userOfImage] = stages().flatMap((stage) => argumentsOf(stage, 'USER'));
  for (const { file, resource } of resources) {
    const pod = podOf(resource);
    if (pod === undefined) continue;
    const { runAsNonRoot, runAsUser, runAsGroup, seccompProfile } = pod.securityContext ?? {};
    assert.deepEqual([runAsNonRoot, seccompProfile], [true, { type: 'RuntimeDefault' }], file);
    assert.equal(`${runAsUser}:${runAsGroup}`, userOfImage, file);
    assert.equal(pod.automountServiceAccountToken, false, file);
    assert.deepEqual(
      [pod.hostNetwork, pod.hostPID, pod.hostIPC, pod.volumes],
      [undefined, undefined, undefined, undefined],
    );
    for (const { name, image = '', resources: needs, securityContext, env = [] } of containersOf(pod)) {
      assert.deepEqual(
        securityContext,
        { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        `${file}: ${name}`,
      );
      assert.ok(needs?.requests?.['cpu'] && needs.requests['memory'] && needs.limits?.['memory'], `${file}: ${name}`);
      assert.match(image, /^[\w./-]+:\d+\.\d+\.\d+$/, `${file}: ${name}`);
      if (name === 'pgseq') assert.ok(image.endsWith(`:${version}`));
      for (const variable of env) assert.ok(variable.value === undefined, `${file}: ${name}: a secret in the manifest`);
    }
  }
});

test('a Job ends, is not tried again, and pgseq gives up before it is killed', () => {
  for (const { file, resource } of resources) {
    const job = jobOf(resource);
    if (job === undefined) continue;
    assert.equal(job.backoffLimit, 0, file);
    assert.ok((job.ttlSecondsAfterFinished ?? 0) > 0, file);
    const pod = job.template.spec;
    assert.equal(pod?.restartPolicy, 'Never', file);
    const { args = [] } = pod?.containers[0] ?? {};
    const minutes = Number(/^(\d+)m$/.exec(args[args.indexOf('--timeout') + 1] ?? '')?.[1]);
    assert.ok((job.activeDeadlineSeconds ?? 0) > 60 * minutes, `${file}: Kubernetes is not faster than --timeout`);
    if (resource.kind === 'CronJob') {
      assert.equal(resource.spec?.concurrencyPolicy, 'Forbid', file);
      assert.match(resource.spec?.schedule ?? '', /^[\d*/, -]+$/, file);
    }
  }
});

/** Runs the container `pgseq` of a manifest as its pod would, with these values in its Secrets; returns its code. */
function runContainer(file: string, secrets: ReadonlyMap<string, string>): { code: number | null; output: string } {
  const found = resources.find((one) => one.file === file);
  const pod = found && podOf(found.resource);
  const container = pod && containersOf(pod).find(({ name }) => name === 'pgseq');
  assert.ok(container !== undefined, file);
  const variables = (container.env ?? []).map(({ name, valueFrom }) => {
    const { name: secret, key } = valueFrom?.secretKeyRef ?? {};
    const value = secrets.get(`${secret}/${key}`);
    assert.ok(value !== undefined, `${file}: no Secret ${secret} has a key ${key}`);
    return [name, value] as const;
  });
  const scratch = mkdtempSync(join(tmpdir(), 'pgseq-pod-'));
  try {
    const [program = '', ...words] = [...(container.command ?? []), ...(container.args ?? [])];
    const { status, stdout, stderr } = spawnSync(program, words, {
      cwd: '/',
      encoding: 'utf8',
      env: { PATH: `${programs(scratch)}:${process.env['PATH']}`, ...Object.fromEntries(variables) },
    });
    return { code: status, output: stdout + stderr };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The Secrets with this database in them, as the roles that docs/kubernetes.md makes. */
async function secretsFor(db: Database): Promise<Map<string, string>> {
  const [reporting, fixer] = [db.role('reporting'), db.role('pgseq_fixer')];
  await db.query(`create role ${reporting} login; grant pg_read_all_data to ${reporting}`);
  const { stdout } = await run(db, ['sql', 'role', '--name', fixer]);
  await db.query(`${stdout}; alter role ${fixer} login`);
  return new Map(
    [...secretValues()].map(([name, url]) => {
      const user = new URL(url).username === 'reporting' ? reporting : fixer;
      return [name, db.server.url(db.name, user)] as const;
    }),
  );
}

databaseTest(
  'each container finds and cures what it is for, with the rights that its Secret has',
  newest,
  'create table users (id serial primary key); insert into users values (1), (2)',
  async (db) => {
    const secrets = await secretsFor(db);
    const codes = (): Record<string, number | null> =>
      Object.fromEntries(
        ['check.yaml', 'monitor.yaml', 'init-container.yaml'].map((file) => [file, runContainer(file, secrets).code]),
      );
    assert.deepEqual(codes(), { 'check.yaml': 1, 'monitor.yaml': 1, 'init-container.yaml': 1 });
    const reader = new Map([...secrets.keys()].map((name) => [name, secrets.get('pgseq-reader/DATABASE_URL') ?? '']));
    assert.equal(runContainer('fix.yaml', reader).code, 2, 'the reader may not fix');
    const fixed = runContainer('fix.yaml', secrets);
    assert.equal(fixed.code, 0, fixed.output);
    assert.match(fixed.output, /moved +public\.users_id_seq/);
    assert.deepEqual(codes(), { 'check.yaml': 0, 'monitor.yaml': 0, 'init-container.yaml': 0 });
    await db.query('create table small (id smallserial primary key); insert into small values (32000)');
    await db.query("select setval('small_id_seq', 32000)");
    assert.deepEqual(codes(), { 'check.yaml': 0, 'monitor.yaml': 1, 'init-container.yaml': 0 }, 'a warning');
  },
);
