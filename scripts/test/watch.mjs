import { watch } from 'node:fs';
import { join } from 'node:path';
import { root } from './build.mjs';

/** Waits for a change of a file that the tests are made from, and for the end of the flurry that saving makes; or for `signal`. */
export async function changed(signal) {
  await new Promise((resolve) => {
    let soon;
    const watchers = ['src', 'test', 'sql'].map((folder) =>
      watch(join(root, folder), { recursive: true }, () => {
        clearTimeout(soon);
        soon = setTimeout(done, 100);
      }),
    );
    function done() {
      for (const watcher of watchers) watcher.close();
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
