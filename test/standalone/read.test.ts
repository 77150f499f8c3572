import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../lib/diagnostic';
import { readStandalone } from '../../lib/standalone/read';
import { writeStandalone } from '../../lib/standalone/write';
import { random } from '../support/random';

const ENVIRONMENT: Record<string, string> = {
  PORT: '8080',
  KEY: 'demo-key-alice',
  CUT: 'demo-key #rest',
  BREAKOUT: 'demo-key\n        mode: permissive',
  COLON: 'demo: key',
  DIGITS: '12345678',
};

function read(text: string) {
  return readStandalone(text, { source: 'gateway.yaml', variables: (name) => ENVIRONMENT[name] });
}

function findings(text: string): string[] {
  return read(text).diagnostics.map(formatDiagnostic);
}

function withKey(key: string): string {
  return `gateways:
  default:
    port: $PORT
    apiKey:
      mode: strict
      keys:
      - key: ${key}
routes:
- backends:
  - host: localhost:8081
`;
}

describe('reading a standalone file', () => {
  it('gives the document, its variables expanded', () => {
    const { document, diagnostics } = read(withKey("'$KEY'"));
    expect(diagnostics).toEqual([]);
    expect(document).toEqual({
      gateways: {
        default: { port: 8080, apiKey: { mode: 'strict', keys: [{ key: 'demo-key-alice' }] } },
      },
      routes: [{ backends: [{ host: 'localhost:8081' }] }],
    });
  });

  it('takes JSON', () => {
    const document = { binds: [{ port: 80, listeners: [{ routes: [] }] }] };
    expect(read(JSON.stringify(document, null, '\t')).document).toEqual(document);
  });

  it.each([
    ['', 'gateway.yaml:1:1: the file is empty'],
    ['# only a comment\n', 'the file is empty'],
    ['null', 'the file is empty'],
    ['hello', 'must be a map of settings, not of type string'],
    ['- a', 'must be a map of settings, not of type array'],
    [
      'gateways:\n  a: {port: 1}\n  a: {port: 2}',
      'gateway.yaml:3:3: the key `a` stands twice in its map: here, and before in line 2',
    ],
    ['binds: [\n', 'the indentation does not fit'],
    ['a: "b', 'is missing here'],
    ['binds:\n\t- port: 80', 'not by tabs'],
    ['a: *nothing', 'gateway.yaml:1:4: the alias has no anchor before it'],
    ['a: &a {b: *a}', 'gateway.yaml:1:11: the alias stands inside of what it names'],
    ['\ufeffbindz: []', 'gateway.yaml:1:1 bindz'],
    ['gateways:\r\n  a:\r\n    prot: 80\r\n', 'gateway.yaml:3:5 gateways.a.prot'],
    ['__proto__: {port: 1}', 'gateway.yaml:1:1 __proto__: unknown field'],
    ['gateways: {a: {<<: {port: 1}}}', 'unknown field `<<`'],
    ['--- {}\n--- {}', 'one document'],
    ['binds: !!js/function x', 'its tag'],
    ['config: $NOT_SET', 'gateway.yaml:1:9: the environment has no variable `NOT_SET`'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the spelling of the file's own variables
    ['a:\n  b: $$x ${NOT_SET}', 'gateway.yaml:2:10: the environment has no variable'],
    ['gateways:\n  default:\n    prot: 80', 'gateway.yaml:3:5 gateways.default.prot'],
    [
      withKey("'$KEY'").replace('strict', 'strikt'),
      'gateway.yaml:5:13 gateways.default.apiKey.mode',
    ],
    [
      withKey('$KEY\n        surplus: 1'),
      'gateway.yaml:8:9 gateways.default.apiKey.keys[0].surplus',
    ],
  ])('%j says where and what', (text, expected) => {
    const { document, diagnostics } = read(text);
    expect(document).toBeUndefined();
    expect(diagnostics.map(formatDiagnostic).join('\n')).toContain(expected);
  });

  it('refuses aliases that grow without bounds, and depth without end', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (const [name, below] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'].entries()) {
      const [own, other] = [...below];
      bomb.push(`${own}: &${own} [${Array(9).fill(`*${other}`).join()}]`, `# ${name}`);
    }
    expect(findings(bomb.join('\n'))[0]).toContain('aliases repeat');
    for (const deeper of ['[', '{a: ', '- ', '? ']) {
      expect(findings(deeper.repeat(50_000))).toEqual([
        expect.stringContaining('is nested too deeply to be read'),
      ]);
    }
  });

  it('leaves out what is written and empty, but for a backend that is invalid', () => {
    const { document } = read(`config:
gateways: {default: {port: 80, tls: null, cors: null}}
routes:
- {name: null, policies: {cors: null}, backends: [{invalid: null, policies: null}]}
`);
    expect(document).toEqual({
      gateways: { default: { port: 80 } },
      routes: [{ policies: {}, backends: [{ invalid: null }] }],
    });
  });

  it('gives the verdict alone on what this gateway does not run, and no document', () => {
    const text = 'mcp: {targets: [{name: a, stdio: {cmd: npx}}, {name: b, http: {}}]}\n';
    const verdict = readStandalone(text, { variables: () => undefined, verdict: true });
    expect(verdict.diagnostics.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'UnknownField mcp.targets[1].http',
      'Required mcp.targets[1]',
    ]);
    const right = text.replace('http: {}', 'mcp: {host: a:1}');
    const whole = readStandalone(right, { variables: () => undefined, verdict: true });
    expect([whole.diagnostics, whole.document]).toEqual([[], undefined]);
    expect(findings(right)).toEqual([expect.stringContaining('error Unsupported')]);
  });

  it('refuses keys that agentgateway reads past, where it would protect nothing', () => {
    const text = 'gateways: {default: {port: 80}}\nroutes: [{policys: {}, backends: []}]\n';
    const verdict = readStandalone(text, { variables: () => undefined, verdict: true });
    expect(verdict.diagnostics).toMatchObject([{ severity: 'warning', path: 'routes[0].policys' }]);
    expect(read(text).document).toBeUndefined();
    expect(findings(text)).toEqual([
      expect.stringContaining('error UnknownField gateway.yaml:2:11 routes[0].policys'),
    ]);
  });

  it('takes a number with leading zeros for a string, as agentgateway does', () => {
    expect(read(withKey('00123456')).document?.gateways?.default?.apiKey?.keys).toEqual([
      { key: '00123456' },
    ]);
  });

  it('says which variable may have broken the text', () => {
    expect(findings(withKey("'$BREAKOUT'")).join('\n')).toContain(
      "write '$BREAKOUT' in single quotes",
    );
  });

  it.each(['$CUT', '$BREAKOUT'])(
    'says that the value of %s is not read as it is, and keeps it to itself',
    (reference) => {
      const found = findings(withKey(reference)).join('\n');
      expect(found).toContain('is not read as it is');
      expect(found).toContain('gateway.yaml:7:');
      expect(found).not.toContain('demo');
    },
  );

  it.each(["'$CUT'", "'$COLON'", '$KEY', "'$DIGITS'"])('says nothing about %s', (reference) => {
    expect(findings(withKey(reference))).toEqual([]);
  });

  it('shows the name of a variable where its value is wrong', () => {
    const found = findings(withKey("'$KEY'").replace('strict', '$KEY')).join('\n');
    expect(found).toContain('$KEY');
    expect(found).not.toContain('demo-key');
  });

  it('locates paths, and of those that are not written the nearest part that is', () => {
    const { locate } = read(withKey("'$KEY'"));
    expect(locate('gateways.default.apiKey.keys[0].key')).toEqual({ line: 7, column: 9 });
    expect(locate('gateways["default"].port')).toEqual({ line: 3, column: 5 });
    expect(locate('gateways.default.tls.cert')).toEqual({ line: 2, column: 3 });
    expect(locate('routes[0].backends[7]')).toEqual({ line: 9, column: 3 });
    expect(locate('')).toEqual({ line: 1, column: 1 });
  });

  it('never throws, whatever the text', () => {
    const pieces = [
      ...['a', ':', ' ', '\n', '- ', '[', ']', '{', '}', '"', "'", '#', '&a', '*a', '!', '|', '>'],
      ...['$', '{', '$PORT', '$$', '%', '@', '\t', '\0', '\ufeff', '---', '...', '? ', '<<', 'é'],
      ...['gateways:', 'binds:', 'port: 80', '\r\n', '~', 'null', '1e999', '\\', '\u2028', '😀'],
    ];
    for (let seed = 1; seed <= 2000; seed++) {
      const next = random(seed);
      const length = Math.floor(next() * 30);
      const text = Array.from({ length }, () => pieces[Math.floor(next() * pieces.length)]!).join(
        '',
      );
      const { document, diagnostics } = read(text);
      const has = diagnostics.some(({ severity }) => severity === 'error');
      expect({ text, read: document !== undefined }).toEqual({ text, read: !has });
    }
  });

  it('reads what was written', () => {
    const document = read(withKey("'$KEY'")).document!;
    const again = read(writeStandalone(document));
    expect(again.diagnostics).toEqual([]);
    expect(again.document).toEqual(document);
  });
});
