// Preloaded into the test runner: when the launcher is gone, killed or not, its tests end too.
if (process.channel !== undefined) {
  process.channel.unref();
  process.once('disconnect', () => process.kill(-process.pid, 'SIGTERM'));
}
