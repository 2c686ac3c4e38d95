import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startCluster } from '../test/support/cluster.ts';
import { fromRoot } from '../test/support/root.ts';
import { openSession } from '../test/support/session.ts';
import { inTurn, machine, pgseq, psql, ratio, show, told } from './measure.ts';
import { makeTables } from './tables.ts';

// What the README claims about speed, measured as whole processes, side by side, in one run: npm run bench.

const cluster = await startCluster(18, { settings: { shared_buffers: '128MB' } }); // as PostgreSQL ships it
try {
  machine(cluster);
  const fifty = await makeTables(cluster, 'fifty', { tables: 50, behind: 5 });
  const many = await makeTables(cluster, 'many', { tables: 10_000, behind: 1000 });

  const program = [process.execPath, fromRoot('dist', 'cli', 'main.js')];
  const start = inTurn(
    {
      node: [process.execPath, '-e', '0'],
      version: [...program, '--version'],
      check: [...program, 'check', '-q', fifty],
    },
    { rounds: 21 },
  );
  show('bare node', start.node);
  show('pgseq --version', start.version, ratio(start.version, start.node, 'bare node'));
  show('check of 50 tables', start.check, ratio(start.check, start.node, 'bare node'));

  console.log('\n10,000 tables, 1,000 of them behind');
  const near = inTurn(
    {
      plain: psql(many, 'plain.sql'),
      quick: psql(many, 'quick.sql'),
      loop: psql(many, 'loop.sql'),
      check: pgseq('check', '-q', many),
    },
    { rounds: 5 },
  );
  show('plain SQL in psql', near.plain);
  show('quick SQL in psql', near.quick);
  show('loop in psql', near.loop);
  show(
    'check',
    near.check,
    ratio(near.check, near.plain, 'plain'),
    ratio(near.check, near.quick, 'quick'),
    ratio(near.check, near.loop, 'loop'),
  );

  const { url, stop } = await behindDelay(cluster.port, many);
  try {
    console.log(`\nThe same with 1 ms of delay each way (select 1 takes ${await roundTrip(url)} ms)`);
    const far = inTurn(
      { plain: psql(url, 'plain.sql'), loop: psql(url, 'loop.sql'), check: pgseq('check', '-q', url) },
      { rounds: 3, warmUp: false },
    );
    show('plain SQL in psql', far.plain);
    show('loop in psql', far.loop);
    show('check', far.check, ratio(far.check, far.plain, 'plain'), ratio(far.check, far.loop, 'loop'));
  } finally {
    stop();
  }
} finally {
  await cluster.remove();
}

/** Puts the proxy of delay.ts before a server, as a process of its own. */
async function behindDelay(port: number, url: string): Promise<{ url: string; stop: () => void }> {
  const proxy = spawn(process.execPath, [fromRoot('build', 'bench', 'delay.js'), String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(proxy.stdout, 'data')) as [Buffer];
  return { url: url.replace(`:${port}/`, `:${line.toString().trim()}/`), stop: () => proxy.kill() };
}

/** What one question costs there, in milliseconds. */
async function roundTrip(url: string): Promise<string> {
  const client = await openSession({ connectionString: url });
  const times: number[] = [];
  for (let i = 0; i < 100; i++) {
    const begun = performance.now();
    await client.query('select 1');
    times.push(performance.now() - begun);
  }
  await client.end();
  return told(times).median.toFixed(1);
}
