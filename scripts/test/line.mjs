// The runner's line to the launcher. A reporter, because that is the one module of ours that node:test loads into the
// runner itself; it prints nothing.

// When the launcher is gone, killed or not, its tests end too: they are one process group with the runner.
process.once('disconnect', () => process.kill(-process.pid, 'SIGTERM'));
process.channel.unref();

/** Sends the closing counts when all tests have ended. */
// oxlint-disable-next-line import/no-default-export -- node:test takes a reporter as a default export only
export default async function* line(events) {
  const counts = {};
  for await (const { type, data } of events) {
    if (type !== 'test:diagnostic' || data.nesting > 0) continue;
    const [, name, count] = /^(\w+) (\d+)$/.exec(data.message) ?? [];
    if (name !== undefined) counts[name] = Number(count);
  }
  process.send(counts);
  yield '';
}
