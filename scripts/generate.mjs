// Writes the generated modules: sql/*.sql → src/pg/sql.generated.ts, sql/guard/*.sql → src/pg/guard.generated.ts, and the version
// of package.json → src/version.generated.ts.
// With --check it writes nothing and fails when one of them is not current.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');
const banner = '// Made by scripts/generate.mjs from %. Do not edit: change the source and run `npm run build`.\n';

/**
 * The text to send: without comments, which are for readers, and with E'' for literals that hold backslashes, so that they
 * mean the same whatever a role's standard_conforming_strings says.
 */
function toSend(sql) {
  return sql
    .replaceAll(/--[^\n]*|"(?:[^"]|"")*"|'(?:[^']|'')*'/g, (token) => {
      if (token.startsWith('--')) return '';
      return token.startsWith("'") && token.includes('\\') ? `E${token.replaceAll('\\', '\\\\')}` : token;
    })
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}

/** A constant for each file of a folder. */
function sqlModule(folder, textOf) {
  const constants = readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const constant = basename(name, '.sql').replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase());
      return `export const ${constant} = ${JSON.stringify(textOf(read(`${folder}${name}`)))};\n`;
    });
  return `${banner.replace('%', `${folder}*.sql`)}${constants.join('')}`;
}

const files = {
  'src/pg/sql.generated.ts': sqlModule('sql/', toSend),
  'src/pg/guard.generated.ts': sqlModule('sql/guard/', (sql) => sql),
  'src/version.generated.ts': `${banner.replace('%', 'package.json')}export const version = ${JSON.stringify(JSON.parse(read('package.json')).version)};\n`,
};

const stale = Object.entries(files).filter(([path, text]) => !existsSync(new URL(path, root)) || read(path) !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`${path} is not current: run \`npm run build\` and commit it`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [path, text] of stale) writeFileSync(fileURLToPath(new URL(path, root)), text);
}
