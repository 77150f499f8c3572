import { describe, expect, it } from 'vitest';
import { expandText, expandVariables, Variable } from '../../lib/standalone/variables';

const ENVIRONMENT: Record<string, string> = { NAME: 'value', EMPTY: '', N1: 'one', ÄNDERUNG: 'x' };
const lookup = (name: string) => ENVIRONMENT[name];

/* biome-ignore-start lint/suspicious/noTemplateCurlyInString: the spelling of the file's own variables */
describe('variables in the text of a file', () => {
  it.each([
    ['a: $NAME', 'a: value'],
    ['a: ${NAME}b', 'a: valueb'],
    ['a: $NAME-b', 'a: value-b'],
    ['a: $N1', 'a: one'],
    ['$ÄNDERUNG', 'x'],
    ['${UNSET:-b: c}', 'b: c'],
    ['${UNSET:-}', ''],
    ['${EMPTY:-b}', ''],
    ['[$EMPTY]', '[]'],
    ['$$', '$'],
    ['$$NAME', '$NAME'],
    ['$$$NAME', '$value'],
    ['$2y$$05', undefined],
    ['$ $, $', '$ $, $'],
    ['a$', 'a$'],
    ['${NAME', '${NAME'],
    ['${UNSET:-$NAME}', '$NAME'],
    [
      '# yaml-language-server: $schema=https://x\n$NAME',
      '# yaml-language-server: $schema=https://x\nvalue',
    ],
  ])('%j becomes %j', (text, expected) => {
    const { text: expanded, unset } = expandText(text, lookup);
    if (expected === undefined) expect(unset).not.toEqual([]);
    else expect({ expanded, unset }).toEqual({ expanded: expected, unset: [] });
  });

  it.each([
    ['$UNSET', 'UNSET'],
    ['${UNSET}', 'UNSET'],
    ['${}', ''],
    ['${:-x}', ':-x'],
    ['${a b}', 'a b'],
    ['costs $5', '5'],
    ['$schema', 'schema'],
  ])('%j is an error, as agentgateway would not load the file', (text, name) => {
    expect(expandText(text, lookup).unset).toEqual([{ name, offset: text.indexOf('$') }]);
  });

  it('know where in the original a place of the expanded text stands', () => {
    const text = 'a: $NAME, $$, ${UNSET:-default}, $EMPTY, b';
    const { text: expanded, originalOffset } = expandText(text, lookup);
    for (const piece of ['a: ', ', ', 'b', ', b']) {
      expect(text.startsWith(piece, originalOffset(expanded.lastIndexOf(piece)))).toBe(true);
    }
    for (let offset = 1; offset <= expanded.length; offset++) {
      expect(originalOffset(offset)).toBeGreaterThanOrEqual(originalOffset(offset - 1));
    }
  });
});
/* biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above */

describe('variables in a document', () => {
  it('get their values, and those that are unset are named once', () => {
    const document = { a: [new Variable('NAME'), new Variable('GONE')], b: new Variable('GONE') };
    expect(expandVariables(document, lookup)).toEqual({
      document: { a: ['value', ''], b: '' },
      unset: ['GONE'],
    });
  });

  it('may hold anything: there is no text to break out of', () => {
    const hostile = "a'\n  mode: permissive #";
    const { document } = expandVariables({ key: new Variable('KEY') }, () => hostile);
    expect(document).toEqual({ key: hostile });
  });
});
