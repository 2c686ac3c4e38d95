import { shellWord } from './shell.ts';

/** How pgseq was called: what a command that an output offers has to repeat, so that it acts on the same database. */
export interface Offering {
  /** `pgseq`, or `npx pgseq`. */
  readonly program: string;
  /** The connection string that was typed, without its password, and as `-d` or the like the rest of it: words for a shell. */
  readonly conninfo: string | undefined;
  readonly flags: readonly string[];
  /** `--role` and its name: whom all is done as. */
  readonly role: readonly string[];
  /** Where the connection stands in a configuration; only some commands read one. `null`: in none. */
  readonly entry: Configured | null;
  /** The options that decide what a sequence feeds and what may be read. */
  readonly links: readonly string[];
  readonly looking: readonly string[];
}

/** A database of a configuration: how to choose it, and how to do without. */
interface Configured {
  readonly choose: readonly string[];
  readonly instead: readonly string[];
}

/** How a command takes what an offering says. */
interface Taking {
  /** Where a connection string goes: the last argument, or an option. */
  readonly conninfo: '' | '--url' | '--to';
  readonly configuration?: true;
  /** It makes a role, and is not run as that one. */
  readonly isAnotherRole?: true;
  readonly links?: true;
  readonly looking?: true;
}

/** The commands that connect; the others repeat nothing. */
const takings: Readonly<Record<string, Taking>> = {
  check: { conninfo: '', configuration: true, links: true, looking: true },
  fix: { conninfo: '', configuration: true, links: true, looking: true },
  baseline: { conninfo: '', configuration: true, links: true, looking: true },
  guard: { conninfo: '', links: true, looking: true },
  restore: { conninfo: '--url', links: true, looking: true },
  run: { conninfo: '--url', links: true, looking: true },
  import: { conninfo: '--to' },
  explain: { conninfo: '--url', links: true },
  'sql migration': { conninfo: '', links: true },
  'sql role': { conninfo: '', isAnotherRole: true },
};

/**
 * A command to offer: `fix -t public.users`, its words as a shell takes them, as it has to be typed. The library, where nothing
 * was typed, says it bare.
 */
export function offered(offering: Offering | undefined, command: string): string {
  if (offering === undefined) return `pgseq ${command}`;
  const [verb = '', second = ''] = command.split(' ');
  const taking = takings[verb] ?? takings[`${verb} ${second}`];
  const words = taking === undefined ? [] : wordsOf(offering, taking, command);
  // What stands behind -- is another program's
  const [own, rest] = /^(.*?)( -- .*)?$/s.exec(command)?.slice(1) ?? [command];
  return [offering.program, own, ...words].join(' ') + (rest ?? '');
}

function wordsOf(
  { conninfo, flags, role, entry, links, looking }: Offering,
  taking: Taking,
  command: string,
): string[] {
  const where =
    entry === null
      ? [...flags, ...(conninfo === undefined ? [] : [...(taking.conninfo === '' ? [] : [taking.conninfo]), conninfo])]
      : taking.configuration === true
        ? [...entry.choose, ...flags]
        : [...entry.instead, ...flags];
  const how = [...(taking.links === true ? unsaid(links, command) : []), ...(taking.looking === true ? looking : [])];
  const who = taking.isAnotherRole === true ? [] : role;
  return [...how, ...who, ...where].map(shellWord);
}

/** The links, `--link` and its text in turn, that a command does not have already. */
function unsaid(links: readonly string[], command: string): string[] {
  return links.filter((_, i) => {
    const [option = '', link = ''] = links.slice(i - (i % 2), i - (i % 2) + 2);
    return !`${command} `.includes(` ${option} ${shellWord(link)} `);
  });
}

/**
 * A hint as it has to be typed here: its commands begin as pgseq was called, and where one has CONNECTION, which whoever wrote it did not
 * know, it repeats the one that was given. Without any it stays a word to be filled in.
 */
export function asTyped(hint: string, program: string, offering: Offering | undefined): string {
  const isGiven = offering !== undefined && (offering.conninfo !== undefined || offering.flags.length > 0);
  return hint
    .replaceAll(/(?<![\w/])pgseq ([a-z][^\n]*?) (?:--(?:to|url) )?CONNECTION\b/g, (whole, command: string) =>
      isGiven ? offered(offering, command) : whole.replace('pgseq', program),
    )
    .replaceAll(/^pgseq /gm, `${program} `);
}

/** npx, and `npm exec`, say of themselves what they run. */
export function programOf(env: Readonly<Record<string, string | undefined>>): string {
  return env['npm_command'] === 'exec' && !(env['npm_config_user_agent'] ?? '').startsWith('pnpm/')
    ? 'npx pgseq'
    : 'pgseq';
}
