// The library's reference, from the declarations of the built package: every entry point, every export, with its doc comment, and the
// types of ours that they name without exporting them. The
// compiler that builds pgseq has no interface for programs, so an older one reads the declarations.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript-api';

const root = new URL('../', import.meta.url);
const dist = fileURLToPath(new URL('dist/', root)).replaceAll('\\', '/');

/** The text of docs/reference.md below its head. Throws where an export has no doc comment. */
export function reference() {
  const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  const entries = Object.entries(exports).flatMap(([name, { types }]) =>
    types === undefined ? [] : [{ name: name.replace('.', 'pgseq'), file: fileURLToPath(new URL(types, root)) }],
  );
  const options = { module: ts.ModuleKind.NodeNext, strict: true, skipLibCheck: true, types: ['node'] };
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    options,
  );
  const checker = program.getTypeChecker();
  const missing = [];
  const documentedIn = new Map();

  function section({ name, file }) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file));
    const symbols = checker
      .getExportsOfModule(module)
      .map((symbol) => ({ exported: symbol.name, symbol: resolved(symbol) }));
    symbols.sort((a, b) => rank(a.symbol) - rank(b.symbol) || (a.exported < b.exported ? -1 : 1));
    const inner = namedBy(symbols.map(({ symbol }) => symbol));
    const more = inner.map((symbol) => `### ${symbol.name}\n\n${inWords(symbol)}\n\n${code(symbol)}`);
    return `## ${name}\n\n${[...symbols.map((one) => item(name, one)), ...more].join('\n')}`;
  }

  /** Types of the package that the declarations name and no entry point exports: a reader has to know their members too. */
  function namedBy(symbols) {
    const found = new Set();
    const visit = (node) => {
      if (expanded(node) !== undefined) return;
      const name = ts.isTypeReferenceNode(node) ? node.typeName : undefined;
      const written = ts.isExpressionWithTypeArguments(node) ? node.expression : name;
      const symbol = written === undefined ? undefined : resolved(checker.getSymbolAtLocation(written));
      if (symbol !== undefined && isOurs(symbol) && !exported.has(symbol) && !documentedIn.has(symbol))
        found.add(symbol);
      ts.forEachChild(node, visit);
    };
    for (const symbol of symbols) for (const node of symbol.declarations) ts.forEachChild(node, visit);
    for (const symbol of found) documentedIn.set(symbol, symbol.name.toLowerCase());
    const all = [...found].sort((a, b) => (a.name < b.name ? -1 : 1));
    return all.length === 0 ? [] : [...all, ...namedBy(all)];
  }

  function isOurs({ declarations = [], flags }) {
    const [node] = declarations;
    return (flags & ts.SymbolFlags.TypeParameter) === 0 && node?.getSourceFile().fileName.startsWith(dist) === true;
  }

  /** A part of a type that is not exported, by what it is. */
  function expanded(node) {
    if (!ts.isIndexedAccessTypeNode(node) && !isOfTable(node)) return undefined;
    const type = checker.getTypeFromTypeNode(node);
    const members = checker.getPropertiesOfType(type);
    if (type.flags & ts.TypeFlags.Object && members.length > 0 && !checker.isArrayType(type)) {
      const lines = members.map(
        (member) => `readonly ${member.name}: ${typeText(checker.getTypeOfSymbol(member), node)};`,
      );
      return `{ ${lines.join(' ')} }`;
    }
    return typeText(type, node);
  }

  function typeText(type, node) {
    return checker.typeToString(type, node, ts.TypeFormatFlags.NoTruncation);
  }

  function item(entry, { exported, symbol }) {
    const before = documentedIn.get(symbol);
    if (before !== undefined) return `### ${exported}\n\nSee [${before}](#${before}).\n`;
    documentedIn.set(symbol, exported.toLowerCase());
    const text = comment(symbol);
    if (text === '') missing.push(`${entry}: ${exported}`);
    return `### ${exported}\n\n${text}\n\n${code(symbol)}`;
  }

  function code(symbol) {
    return `\`\`\`types\n${symbol.declarations.map((node) => declaration(node, expanded)).join('\n')}\n\`\`\`\n`;
  }

  function inWords(symbol) {
    return ['Not exported.', comment(symbol)].join(' ').trim();
  }

  function resolved(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  }

  /** The comment that stands above it, in one paragraph. */
  function comment(symbol) {
    return ts
      .displayPartsToString(symbol.getDocumentationComment(checker))
      .replaceAll(/\s*\n\s*/g, ' ')
      .trim();
  }

  const exported = new Set(
    entries.flatMap(({ file }) =>
      checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file))).map(resolved),
    ),
  );
  const sections = entries.map(section).join('\n');
  if (missing.length > 0) throw new Error(`exports without a doc comment:\n  ${missing.join('\n  ')}`);
  return sections;
}

/** Functions first, then what they take and give. */
function rank({ flags }) {
  if (flags & ts.SymbolFlags.Function) return 0;
  return flags & ts.SymbolFlags.Class ? 1 : 2;
}

/** A type over the names in a table of names. */
function isOfTable(node) {
  return ts.isTypeReferenceNode(node) && node.typeArguments?.some((argument) => /\btypeof\b/.test(argument.getText()));
}

/** As it is declared, its own comment left out: that stands above it as text. */
function declaration(node, expanded) {
  const source = node.getSourceFile();
  const written = [];
  let end = node.getStart(source);
  const visit = (inner) => {
    const text = expanded(inner);
    if (text === undefined) return ts.forEachChild(inner, visit);
    written.push(source.text.slice(end, inner.getStart(source)), text);
    end = inner.end;
    return undefined;
  };
  ts.forEachChild(node, visit);
  const text = [...written, source.text.slice(end, node.end)]
    .join('')
    .replace(/^export declare /, '')
    .replace(/^export /, '');
  return text.replaceAll(/^ {4}/gm, '  ');
}
