import assert from 'node:assert/strict';
import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toString } from 'mdast-util-to-string';
import { gfm } from 'micromark-extension-gfm';

/** Reads GitHub's Markdown as GitHub does, but for mentions and references, which it makes of the text. */
export const read = (text: string): Root =>
  fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

/** All that we write; anything else is a name that became markup. */
const ours = ['root', 'heading', 'table', 'tableRow', 'tableCell', 'paragraph', 'text', 'inlineCode', 'code', 'strong'];

/** Asserts that there is no markup but ours. */
export function assertPlain(node: Nodes): void {
  if (node.type === 'html') assert.match(node.value, /^(<\/?code>|<!-- -->)$/);
  else assert.ok(ours.includes(node.type), `${node.type}: ${toString(node)}`);
  // GitHub makes these out of text, wherever that is no code
  if (node.type === 'text') assert.doesNotMatch(node.value, /@\w|#\d|:\/\/|www\./);
  if ('children' in node) {
    let isCode = false;
    for (const child of node.children) {
      if (child.type === 'html' && child.value !== '<!-- -->') isCode = child.value === '<code>';
      if (!isCode || child.type !== 'text') assertPlain(child);
    }
    assert.ok(!isCode, 'what is opened is closed');
  }
}

/** The cells of a table as their readers see them; a space without width is none to them. */
export function cells(table: Nodes | undefined): string[][] {
  assert.equal(table?.type, 'table');
  const width = table.children[0]?.children.length;
  return table.children.map((row) => {
    assert.equal(row.children.length, width, 'no pipe of a name has begun a cell');
    return row.children.map((cell) => toString(cell, { includeHtml: false }).replaceAll('\u200b', ''));
  });
}
