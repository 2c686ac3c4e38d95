import type { Connect } from './connect.ts';
import type { Cut } from './ending.ts';
import { quoteRelation } from '../pg/identifier.ts';
import type { SequenceDefinition } from '../core/model/sequence.ts';

/** A relation, or what a script says of it. */
export interface DumpRelation {
  readonly schema: string;
  readonly name: string;
}

/** A column that takes its values from a sequence. */
export interface DumpFeed extends DumpRelation {
  readonly column: string;
}

/** A command of psql's in a script. */
export interface ScriptCommand {
  /** Without its backslash. */
  readonly name: string;
  /** From 1. */
  readonly line: number;
  /** It begins its line, with no statement open. */
  readonly isAlone: boolean;
}

/** From the first byte, counted from 0, to the one behind the last. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

export interface DumpedTable extends DumpRelation {
  /** Rows that the script brings. */
  readonly rows: bigint;
}

/** A sequence that the script makes, moves, or that a default of its names. */
export interface DumpedSequence extends DumpRelation {
  /** Null where the script does not make it: its steps are not known then, and taken for 1. */
  readonly definition: SequenceDefinition | null;
  /** Where setval puts it; null where nothing does. */
  readonly set: { readonly value: bigint; readonly isCalled: boolean } | null;
  readonly feeds: readonly DumpFeed[];
  /** The script does not say what it feeds; its name does, as serial columns have it: table_column_seq. */
  readonly byName: boolean;
  /** The values that come into the columns that it feeds, furthest in the direction of counting; one for each remainder by its step. */
  readonly furthest: readonly bigint[];
}

/** What a dump script brings. */
export interface DumpContents {
  /** With rows, in the order of the script. */
  readonly tables: readonly DumpedTable[];
  /** Where it turns to by \connect. */
  readonly connects: readonly Connect[];
  /** The commands of psql's that are in it, the first ones. */
  readonly commands: readonly ScriptCommand[];
  /** The bytes of the lines that are \restrict, \unrestrict or \connect and nothing else. */
  readonly passed: readonly ByteRange[];
  /** By schema and name. */
  readonly sequences: readonly DumpedSequence[];
  /** Where the script ends too early; null where it is whole, or nothing tells. */
  readonly cut: Cut | null;
}

/** A relation as the key of a map. */
export function keyOf({ schema, name }: DumpRelation): string {
  return quoteRelation(schema, name);
}
