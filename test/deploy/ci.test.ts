import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Database, databaseTest } from '../support/database.ts';
import { withoutPsql } from '../support/psql.ts';
import { fromRoot } from '../support/root.ts';
import { newest } from '../support/servers.ts';
import { type Job, type Ran, runJob } from './actions.ts';
import { hasFormat, withoutMissingFormats } from './formats.ts';
import { programs } from './programs.ts';

// The pipelines of docs/ci.md, run in a project whose seed brings its ids, or does not.

const seeds = {
  'with ids': "insert into users values (1, 'Ada'), (2, 'Grace');",
  'without ids': "insert into users (name) values ('Ada'), ('Grace');",
};

/** Lends the folder of a project, and `programs` in it. */
function inProject<T>(seed: string, work: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'pgseq-project-'));
  try {
    writeFileSync(join(directory, 'migrations.sql'), 'create table users (id serial primary key, name text);');
    writeFileSync(join(directory, 'seed.sql'), seed);
    return work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A pipeline with the database of this test for the one that its platform starts. */
function pipeline(file: string, { url }: Database): unknown {
  const text = readFileSync(fromRoot('examples', 'ci', file), 'utf8');
  return parse(text.replace(/postgres:\/\/postgres:postgres@\w+:5432\/postgres/, () => url));
}

for (const [name, seed] of Object.entries(seeds)) {
  const code = name === 'with ids' ? 1 : 0;

  databaseTest(
    `GitHub: a seed ${name} ends the job with ${code}`,
    newest,
    '',
    async (db) => {
      const { jobs } = pipeline('github.yml', db) as { jobs: { migrations: Job; production: Job } };
      const run = (job: Job): Ran => inProject(seed, (directory) => runJob(job, { DATABASE_URL: db.url }, directory));
      const migrations = run(jobs.migrations);
      assert.equal(migrations.code, code, migrations.output);
      await db.query('create schema legacy; create table legacy.t (id serial); insert into legacy.t values (7)');
      const production = run(jobs.production);
      assert.equal(production.code, code, production.output);
    },
    { skip: withoutPsql },
  );

  databaseTest(
    `GitLab: a seed ${name} ends the job with ${code}, and there is a report`,
    newest,
    '',
    async (db) => {
      const { sequences } = pipeline('gitlab.yml', db) as {
        sequences: {
          variables: Record<string, string>;
          script: string[];
          artifacts: { reports: { junit: string } };
        };
      };
      inProject(seed, (cwd) => {
        const PATH = `${programs(cwd)}:${process.env['PATH']}`;
        const script = withoutMissingFormats(sequences.script.join('\n'));
        const { status, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], {
          cwd,
          encoding: 'utf8',
          env: { PATH, HOME: cwd, ...sequences.variables },
        });
        assert.equal(status, code, stderr);
        const report = join(cwd, sequences.artifacts.reports.junit);
        assert.ok(existsSync(report));
        if (hasFormat('junit')) assert.match(readFileSync(report, 'utf8'), /<testsuites?[ >]/);
      });
    },
    { skip: withoutPsql },
  );
}
