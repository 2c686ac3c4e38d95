// The library's reference, from the declarations of the built package: every entry point, every export, with its doc comment. The
// compiler that builds pgseq has no interface for programs, so an older one reads the declarations.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript-api';

const root = new URL('../', import.meta.url);

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
    return `## ${name}\n\n${symbols.map((one) => item(name, one)).join('\n')}`;
  }

  function item(entry, { exported, symbol }) {
    const before = documentedIn.get(symbol);
    if (before !== undefined) return `### ${exported}\n\nSee [${before}](#${before}).\n`;
    documentedIn.set(symbol, exported.toLowerCase());
    const text = comment(symbol);
    if (text === '') missing.push(`${entry}: ${exported}`);
    const code = symbol.declarations.map(declaration).join('\n');
    return `### ${exported}\n\n${text}\n\n\`\`\`types\n${code}\n\`\`\`\n`;
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

  const sections = entries.map(section).join('\n');
  if (missing.length > 0) throw new Error(`exports without a doc comment:\n  ${missing.join('\n  ')}`);
  return sections;
}

/** Functions first, then what they take and give. */
function rank({ flags }) {
  if (flags & ts.SymbolFlags.Function) return 0;
  return flags & ts.SymbolFlags.Class ? 1 : 2;
}

/** As it is declared, its own comment left out: that stands above it as text. */
function declaration(node) {
  const source = node.getSourceFile();
  const text = source.text
    .slice(node.getStart(source), node.end)
    .replace(/^export declare /, '')
    .replace(/^export /, '');
  return text.replaceAll(/^ {4}/gm, '  ');
}
