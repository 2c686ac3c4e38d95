import { Problem } from '../../problem.ts';
import { configurationFile, textOf } from '../request/config/files.ts';
import { readConfiguration } from '../request/config/read.ts';

/** The databases of the configuration, as far as it can be read: of the file that --config names, or of the one that is here. */
export function databaseNames(config: string | undefined, cwd: string): readonly string[] {
  const file = configurationFile(config === undefined ? {} : { config }, { cwd });
  if (file === null) return [];
  try {
    // A shell puts what is offered into the line as it is, and a file that came with a checkout must not write commands there
    return readConfiguration(textOf(file), []).databases.flatMap(({ name }) =>
      /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name) ? [name] : [],
    );
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}
