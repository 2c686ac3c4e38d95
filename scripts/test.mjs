// Builds the tests, starts the PostgreSQL servers they need, runs them, and takes everything down again:
//
//   npm test                                  on the PostgreSQL that npm ci brings
//   npm test -- test/pg/connection/tls.test.ts           some files or folders; --test-name-pattern PATTERN: some tests
//   npm test -- --watch test/pg/connection/tls.test.ts   again after every change
//   npm run test:fast                         what needs no server
//   npm run test:matrix                       on every major; --majors 15,18: on these
//   npm run proof                             on every major, and the proofs in their long form
//   npm test -- --others                      what depends on the major, on three of the others; the oldest clients
//   npm test -- --node 22                     what depends on Node, by a Node of test/nodes or any, given its path; with files: those
//
// Also --install: only install what the adapters are tried with, all of it; --built: trust build/ as it is; --summary FILE: write the
// closing counts there, as JSON. Failed tests leave their databases behind, in stopped servers, and the output says how to start
// those again.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clientVersions, installClients } from './test/adapters.mjs';
import { buildTests, fail, testFiles } from './test/build.mjs';
import { readCosts, runAlone, Stages } from './test/costs.mjs';
import { grouped } from './test/groups.mjs';
import { installed } from './test/install.mjs';
import { dependsOnNode, kindOf, triesClients } from './test/kinds.mjs';
import { embedded, installMajor, others, supported } from './test/majors.mjs';
import { runTests } from './test/run.mjs';
import { changed } from './test/watch.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    built: { type: 'boolean', default: false },
    fast: { type: 'boolean', default: false },
    install: { type: 'boolean', default: false },
    majors: { type: 'string' },
    matrix: { type: 'boolean', default: false },
    node: { type: 'string' },
    others: { type: 'boolean', default: false },
    proof: { type: 'boolean', default: false },
    summary: { type: 'string' },
    'test-name-pattern': { type: 'string', multiple: true, default: [] },
    watch: { type: 'boolean', default: false },
  },
});

const interrupted = new AbortController();
let run;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted.abort(signal);
    run?.signal(signal);
  });
}

if (options.install) {
  for (const version of clientVersions) installClients(version);
  process.exit(0);
}
const stages = new Stages();
/** In which versions the clients of applications are tried. */
const clients = options.matrix || options.proof ? clientVersions : [options.others ? 'oldest' : 'current'];
if (!options.built && !(await stages.run('build', buildTests))) fail();
const files = chosenFiles();
if (files.length === 0) fail('there are no tests');
const majors = files.every((file) => kindOf(file) === 'fast') ? [] : chosenMajors();
const node = await stages.run('installing', install);
/** Enough to save most of what starting a process costs, few enough to keep all processors busy to the end. On several majors each takes long. */
const filesPerProcess = majors.length > 1 ? 1 : 8;

const scratch = mkdtempSync(join(tmpdir(), 'pgseq-run-'));
const costs = join(scratch, 'costs');
// They are the tests' own support, compiled
const { keepEvidence, removeClusters, startClusters, variablesFor } = await import('./test/clusters.mjs');
let outcome = null;
await stages.run('tests', async () => {
  const clusters = await startClusters(majors);
  const variables = {
    ...variablesFor(clusters),
    PGSEQ_TEST_COSTS: costs,
    PGSEQ_TEST_CLIENTS: clients.join(','),
    ...(options.proof ? { PGSEQ_PROOF: '1' } : {}),
    ...(options.others ? { PGSEQ_TEST_OTHERS: '1' } : {}),
  };
  for (let again = false; !interrupted.signal.aborted; again = true) {
    if (!again || buildTests()) {
      const groups = grouped(files, filesPerProcess, join(scratch, 'groups'));
      run = runTests(node, [...groups.keys()], options['test-name-pattern'], variables);
      outcome = await run.outcome;
      if (outcome !== null) process.stdout.write(runAlone(outcome.failed, groups));
    }
    if (!options.watch || interrupted.signal.aborted) break;
    await changed(interrupted.signal);
  }
  if (interrupted.signal.aborted || isGood(outcome)) await removeClusters(clusters);
  else process.stdout.write(`\n${await keepEvidence(clusters)}`);
});
process.stdout.write(stages.table(readCosts(costs)));
rmSync(scratch, { recursive: true });
// node:test lists the failed tests after its counts; whoever reads only the end wants the counts.
for (const [name, count] of Object.entries(outcome?.counts ?? {})) process.stdout.write(`ℹ ${name} ${count}\n`);
if (options.summary !== undefined) writeFileSync(options.summary, JSON.stringify(outcome?.counts ?? null));
if (interrupted.signal.aborted) process.exitCode = 128 + constants.signals[interrupted.signal.reason];
else if (!isGood(outcome)) process.exitCode = 1;

function isGood(ended) {
  return ended !== null && ended.counts.tests > 0 && ended.counts.fail + ended.counts.cancelled === 0;
}

function chosenFiles() {
  const asked = testFiles(positionals);
  if (options.fast) return asked.filter((file) => kindOf(file) === 'fast');
  if (options.others) return asked.filter((file) => kindOf(file) === 'majors' || triesClients(file));
  if (options.node !== undefined && positionals.length === 0) return asked.filter(dependsOnNode);
  return asked;
}

function chosenMajors() {
  if (options.majors !== undefined) return options.majors.split(',').map(Number);
  if (options.matrix || options.proof) return supported;
  return options.others ? others : [embedded];
}

/** Installs what this run needs beyond npm ci; returns the Node to run it by. */
function install() {
  for (const major of majors) installMajor(major);
  if (files.some((file) => /\btest.(?:adapters|docs)\b/.test(file)))
    for (const version of new Set(['current', ...clients])) installClients(version);
  if (!/^\d+$/.test(options.node ?? '')) return options.node ?? process.execPath;
  return installed('nodes', `node${options.node}`, 'bin/node');
}
