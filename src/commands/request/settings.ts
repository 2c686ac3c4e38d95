import type { SequenceFilters, FixOptions, InspectOptions } from '../../core/model/options.ts';
import { readLink } from '../../core/model/links.ts';
import { relationPattern, schemaPattern } from '../../core/survey/patterns.ts';
import { didYouMean } from '../../text/nearest.ts';
import { withHint } from '../../text/printable.ts';
import { Problem } from '../../problem.ts';
import type { OptionGroup, Raw } from '../command.ts';
import { readDuration, readInteger, readPercent } from './values.ts';

/** Reads settings one by one and keeps every mistake, so that all of them can be told at once. */
export class SettingsReader {
  readonly #raw: Raw;
  readonly #mistakes: Problem[] = [];

  /** Proves at once the options that take one of a few words. */
  constructor(raw: Raw, groups: readonly OptionGroup[]) {
    this.#raw = raw;
    for (const { flags, choices } of groups.flatMap(({ options }) => options)) {
      const name = /--([\w-]+)/.exec(flags)?.[1] ?? '';
      const value = raw[name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
      if (choices !== undefined && typeof value === 'string' && !choices.includes(value))
        this.mistake(`--${name} ${value}: not one of ${choices.join(', ')}`, didYouMean(value, choices));
    }
  }

  /** The text of an option, read; undefined when it was not given, or is a mistake. */
  one<Value>(name: string, read: (text: string, option: string) => Value): Value | undefined {
    const text = textOption(this.#raw, name);
    return text === undefined ? undefined : this.attempt(() => read(text, optionName(name)));
  }

  /** The texts of an option that may be given several times, each proved by `prove`. `flag`: how its mistakes begin. */
  many(name: string, prove: (text: string) => unknown, flag?: string): readonly string[] {
    const texts = this.#raw[name];
    const list = Array.isArray(texts) ? (texts as readonly string[]) : [];
    for (const text of list) this.attempt(() => prove(text), flag);
    return list;
  }

  flag(name: string): boolean {
    return this.#raw[name] === true;
  }

  attempt<Value>(work: () => Value, flag?: string): Value | undefined {
    try {
      return work();
    } catch (error) {
      return this.#keep(error, flag);
    }
  }

  /** The same for work that takes its time. */
  async attemptLater<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await work();
    } catch (error) {
      return this.#keep(error);
    }
  }

  #keep(error: unknown, flag?: string): undefined {
    if (!(error instanceof Problem)) throw error;
    this.#mistakes.push(
      flag === undefined ? error : new Problem(`${flag} ${error.message}`, { hint: error.hint, cause: error }),
    );
  }

  mistake(message: string, hint?: string): void {
    this.#mistakes.push(new Problem(message, { hint }));
  }

  /** Throws one Problem that tells every mistake, if there was any. */
  finish(): void {
    const [first, ...more] = this.#mistakes;
    if (first === undefined) return;
    if (more.length === 0) throw first;
    throw new Problem(this.#mistakes.flatMap(({ message, hint }) => withHint(message, hint)));
  }
}

/** The text of an option that says it all by itself; undefined when it was not given. */
export function textOption(raw: Raw, name: string): string | undefined {
  const text = raw[name];
  return typeof text === 'string' ? text : undefined;
}

/** `maxJump` → `--max-jump`. */
export function optionName(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** How to look, whatever at. Call `finish` on the reader after everything was read. */
export function readingSettings(settings: SettingsReader): InspectOptions {
  return {
    links: settings.many('link', readLink),
    readForeign: settings.flag('readForeign'),
    trustOwners: settings.flag('trustOwners'),
    role: settings.one('role', (text) => text),
    nearLimit: settings.one('nearLimit', readPercent),
    maxJump: settings.one('maxJump', readPercent),
    statementTimeout: settings.one('statementTimeout', readDuration),
  };
}

/** What check and fix share: at what, and how. */
export function lookSettings(settings: SettingsReader): InspectOptions {
  return { ...filterSettings(settings), ...readingSettings(settings) };
}

export function filterSettings(settings: SettingsReader): SequenceFilters {
  return {
    tables: settings.many('table', relationPattern, '-t'),
    excludeTables: settings.many('excludeTable', relationPattern, '-T'),
    schemas: settings.many('schema', schemaPattern, '-n'),
    excludeSchemas: settings.many('excludeSchema', schemaPattern, '-N'),
    sequences: settings.many('sequence', relationPattern, '--sequence'),
  };
}

/** What all share that move sequences. */
export function movingSettings(settings: SettingsReader): Pick<FixOptions, 'margin' | 'wait'> {
  return {
    margin: settings.one('margin', (text, name) => readInteger(text, name, 0n)),
    wait: settings.one('wait', readDuration),
  };
}

/** How many connections to use: 1 to 32. */
export function jobsSetting(settings: SettingsReader): number {
  const jobs = settings.one('jobs', (text, name) => Number(readInteger(text, name, 1n))) ?? 2;
  if (jobs > 32) settings.mistake(`--jobs ${jobs}: at most 32 connections, to leave room for others`);
  return jobs;
}

/** Milliseconds for the whole run; 0 is no limit. */
export function timeoutSetting(settings: SettingsReader): number {
  return settings.one('timeout', readDuration) ?? 300_000;
}
