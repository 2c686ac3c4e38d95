// The servers of one run. They are the tests' own support, compiled: import this after the build.
import { sweepDirectories } from '../../build/test/support/cluster-directory.js';
import { startCluster } from '../../build/test/support/cluster.js';
import { serversVariable } from '../../build/test/support/server.js';
import { rowsAt } from '../../build/test/support/session.js';

/** Starts a cluster of each major, all at once; when one does not start, none stays. */
export async function startClusters(majors) {
  sweepDirectories();
  const starts = await Promise.allSettled(majors.map((major) => startCluster(major, { isOfRun: true })));
  const clusters = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const failure = starts.find((start) => start.status === 'rejected');
  if (failure !== undefined) {
    await removeClusters(clusters);
    throw failure.reason;
  }
  return clusters;
}

/** The variable by which the tests find the servers. */
export function variablesFor(clusters) {
  const addresses = clusters.map(({ major, host, port, socketDirectory }) => ({ major, host, port, socketDirectory }));
  return { [serversVariable]: JSON.stringify(addresses) };
}

export async function removeClusters(clusters) {
  await Promise.all(clusters.map((cluster) => cluster.remove()));
}

/** Keeps the clusters in which failed tests left their databases; returns how to look at them, as text. */
export async function keepEvidence(clusters) {
  let advice = '';
  for (const cluster of clusters) {
    const databases = await databasesOf(cluster);
    if (databases === '') {
      await cluster.remove();
      continue;
    }
    await cluster.keep();
    const { name, socketDirectory, port } = cluster;
    advice += `Kept for a look, until the next run: databases of PostgreSQL ${name}: ${databases}\n`;
    advice += `  ${cluster.startCommand}\n  psql -h ${socketDirectory} -p ${port} -U postgres DATABASE\n`;
  }
  return advice;
}

async function databasesOf(cluster) {
  const sql = `select datname from pg_database where not datistemplate and datname <> 'postgres' order by datname`;
  try {
    return (await rowsAt(cluster.url('postgres'), sql)).join(', ');
  } catch (error) {
    return `(the server did not answer: ${String(error)})`;
  }
}
