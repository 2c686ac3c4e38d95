// What can stand ahead of PostgreSQL's own things in a search_path: the very same, but for a mark that it leaves.

const marked = (via: string, type: string, own: string): string =>
  `returns ${type} language plpgsql immutable as $$ begin perform shop.mark('${via}'); return ${own}; end $$`;

const compared = ['text', 'numeric', 'bigint', 'integer', 'oid', 'regclass'].flatMap((type) =>
  ['=', '<>', '<=', '>=', '<', '>'].map((operator) => ({ type, operator, result: 'boolean' })),
);
const counted = ['numeric', 'bigint'].flatMap((type) =>
  ['+', '-', '*'].map((operator) => ({ type, operator, result: type })),
);

const operators = [...compared, ...counted].map(
  ({ type, operator, result }, i) =>
    `create function shop.op${i}(${type}, ${type}) ${marked(operator, result, `$1 operator(pg_catalog.${operator}) $2`)};
     create operator shop.${operator} (function = shop.op${i}, leftarg = ${type}, rightarg = ${type});`,
);

const aggregates = ['max', 'min'].flatMap((name) =>
  ['numeric', 'bigint'].map(
    (type) =>
      `create function shop.${name}_of(${type}, ${type}) ${marked(name, type, '$2')};
       create aggregate shop.${name} (${type}) (sfunc = shop.${name}_of, stype = ${type});`,
  ),
);

const functions = [
  ['abs', '(numeric)', 'numeric', 'pg_catalog.abs($1)'],
  ['concat', '(text, oid)', 'text', 'pg_catalog.concat($1, $2)'],
  ['left', '(text, integer)', 'text', 'pg_catalog.left($1, $2)'],
  ['current_setting', '(text, boolean)', 'text', 'pg_catalog.current_setting($1, $2)'],
  ['set_config', '(text, text, boolean)', 'text', 'pg_catalog.set_config($1, $2, $3)'],
  ['pg_sequence_last_value', '(regclass)', 'bigint', 'pg_catalog.pg_sequence_last_value($1)'],
  ['currval', '(regclass)', 'bigint', 'pg_catalog.currval($1)'],
].map(
  ([name = '', takes = '', gives = '', own = '']) =>
    `create function shop.${name}${takes} ${marked(name, gives, own)};`,
);

export const lookedUp = [
  ...operators,
  ...aggregates,
  ...functions,
  `create function shop.more(bigint) ${marked('count', 'bigint', 'pg_catalog.int8pl($1, 1)')};
   create aggregate shop.count (*) (sfunc = shop.more, stype = bigint, initcond = '0');`,
].join('\n');

/** Types, each a domain whose check leaves the mark. */
export const typesLookedUp = [
  ['int8', 'pg_catalog.int8'],
  ['text', 'pg_catalog.text'],
  ['regclass', 'pg_catalog.regclass'],
  ['record', 'pg_catalog.int4'],
]
  .map(([name = '', base = '']) => `create domain shop.${name} as ${base} check (shop.mark('${name}') is not null);`)
  .join('\n');
