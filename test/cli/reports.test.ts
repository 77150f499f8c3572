import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { githubReport } from '../../lib/cli/report-github';
import { jsonReport } from '../../lib/cli/report-json';
import { sarifReport } from '../../lib/cli/report-sarif';
import { textReport } from '../../lib/cli/report-text';
import type { Diagnostic } from '../../lib/diagnostic';
import { check } from '../support/check';

const PLAIN = { colour: false };
const SARIF = { version: '1.2.3', workingDirectory: '/repo' };

const FINDING: Diagnostic = {
  severity: 'error',
  code: 'RefNotPermitted',
  message: '100% wrong,\nfor two: reasons',
  hint: 'add a grant',
  path: 'spec.rules[0]',
  source: './manifests/a,b:c.yaml',
  line: 3,
  column: 5,
  object: { kind: 'HTTPRoute', namespace: 'shop', name: 'cart' },
};

function checked(...diagnostics: Diagnostic[]) {
  return { diagnostics, files: new Map(), objects: 1, skipped: [] };
}

describe('findings as JSON', () => {
  it('have every key, with null for what is not there', () => {
    const bare: Diagnostic = { severity: 'warning', code: 'NoKeys', message: 'm', path: '' };
    expect(JSON.parse(jsonReport(checked(FINDING, bare)))).toEqual({
      diagnostics: [
        {
          severity: 'error',
          code: 'RefNotPermitted',
          message: '100% wrong,\nfor two: reasons',
          hint: 'add a grant',
          path: 'spec.rules[0]',
          file: './manifests/a,b:c.yaml',
          line: 3,
          column: 5,
          object: { kind: 'HTTPRoute', namespace: 'shop', name: 'cart' },
        },
        {
          severity: 'warning',
          code: 'NoKeys',
          message: 'm',
          hint: null,
          path: '',
          file: null,
          line: null,
          column: null,
          object: null,
        },
      ],
      summary: { errors: 1, warnings: 1, objects: 1 },
    });
  });
});

describe('findings as commands of a GitHub workflow', () => {
  it('are one line each, escaped as the runner reads it', () => {
    expect(githubReport(checked(FINDING))).toBe(
      '::error file=manifests/a%2Cb%3Ac.yaml,line=3,col=5,title=RefNotPermitted::' +
        'HTTPRoute shop/cart spec.rules[0]: 100%25 wrong,%0Afor two: reasons%0Aadd a grant\n',
    );
  });

  it('cannot be turned into other commands by what files hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (message, source) => {
        const report = githubReport(checked({ ...FINDING, message, source }));
        expect(report.split(/\r|\n/)).toHaveLength(2);
        expect(report.startsWith('::error ')).toBe(true);
      }),
    );
  });
});

describe('findings as SARIF', () => {
  const log = (...diagnostics: Diagnostic[]) =>
    JSON.parse(sarifReport(checked(...diagnostics), SARIF));

  it('name the version of the format, the rule with its help, and the place', () => {
    const { version, runs } = log(FINDING);
    expect(version).toBe('2.1.0');
    const [{ tool, results }] = runs;
    expect(tool.driver).toMatchObject({ name: 'agw', version: '1.2.3' });
    const [rule] = tool.driver.rules;
    expect(rule.id).toBe('RefNotPermitted');
    expect(rule.help.markdown).toContain('ReferenceGrant');
    expect(results).toEqual([
      {
        ruleId: 'RefNotPermitted',
        ruleIndex: 0,
        level: 'error',
        message: { text: '100% wrong,\nfor two: reasons\nadd a grant' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'manifests/a%2Cb%3Ac.yaml', uriBaseId: 'SRCROOT' },
              region: { startLine: 3, startColumn: 5 },
            },
            logicalLocations: [
              { fullyQualifiedName: 'HTTPRoute shop/cart spec.rules[0]', kind: 'object' },
            ],
          },
        ],
      },
    ]);
  });

  it('point at rules that there are, each once', () => {
    const [{ tool, results }] = log(FINDING, { ...FINDING, code: 'NoKeys' }, FINDING).runs;
    const { rules } = tool.driver;
    expect(rules.map(({ id }: { id: string }) => id)).toEqual(['NoKeys', 'RefNotPermitted']);
    for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex].id).toBe(ruleId);
  });

  it('name files by URI: relative inside of the working directory, absolute elsewhere, none for a pipe', () => {
    const uriOf = (source: string) =>
      log({ ...FINDING, source }).runs[0].results[0].locations[0].physicalLocation
        ?.artifactLocation;
    expect(uriOf('/repo/a b.yaml')).toEqual({ uri: 'a%20b.yaml', uriBaseId: 'SRCROOT' });
    expect(uriOf('/elsewhere/a.yaml')).toEqual({ uri: 'file:///elsewhere/a.yaml' });
    expect(uriOf('-')).toBeUndefined();
  });
});

describe('what is shown of a file', () => {
  const HEAD = 'apiVersion: agentgateway.dev/v1alpha1\nkind: AgentgatewayBackend\n';
  const SECRET = 'sk-hunter2';

  it.each<[string, string]>([
    [
      'a Secret',
      `apiVersion: v1\nkind: Secret\nmetadata: {name: [1], x: ${SECRET}}\nstringData: {a: ${SECRET}}\n`,
    ],
    ['a Secret that is no YAML', `apiVersion: v1\nkind: Secret\nstringData:\n  a: "${SECRET}\n`],
    [
      'a Secret with a key that stands twice',
      `apiVersion: v1\nkind: Secret\nstringData:\n  a: ${SECRET}\n  a: ${SECRET}\n`,
    ],
    [
      'a field that does not exist',
      `${HEAD}metadata: {name: a}\nspec: {apiKey: ${SECRET}, token: {a: [${SECRET}]}}\n`,
    ],
    ['an annotation', `${HEAD}metadata: {name: A, annotations: {a: ${SECRET}}}\nspec: {}\n`],
    [
      'an inline key of a backend',
      `${HEAD}metadata: {name: a}\nspec: {ai: {provider: {openai: {model: 1}}}, policies: {auth: {key: ${SECRET}}}}\n`,
    ],
    [
      'a key of a standalone file',
      `gateways: {a: {port: x, apiKey: {keys: [{key: ${SECRET}, y: 1}]}}}\nroutes: []\n`,
    ],
    ['a standalone file that is no YAML', `gateways:\n  a: {apiKey: {keys: [{key: ${SECRET}}\n`],
    [
      'a value of the wrong type',
      `${HEAD}metadata: {name: a}\nspec: {policies: {auth: {key: [${SECRET}]}}}\n`,
    ],
  ])('never holds the secret of %s', (_name, text) => {
    const result = check({ 'a.yaml': text });
    const all =
      textReport(result, PLAIN) +
      jsonReport(result) +
      githubReport(result) +
      sarifReport(result, SARIF);
    expect(all).not.toContain('hunter2');
    if (!/kind: Secret\nmetadata/.test(text)) expect(result.diagnostics).not.toEqual([]);
  });

  it('puts the caret below the place, behind what is not shown and in wide letters', () => {
    const caretOf = (text: string) => {
      const [, line, caret] = /\| (.*)\n +\| ( *)\^/.exec(
        textReport(check({ 'a.yaml': text }), PLAIN),
      )!;
      return [line, caret.length];
    };
    const gateway = (listener: string) =>
      `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: a}\nspec:\n  gatewayClassName: agentgateway\n  listeners:\n  - ${listener}\n`;
    expect(caretOf(gateway('{name: a, xyzzy: secret, port: 0, protocol: HTTP}'))).toEqual([
      '  - {name: a, xyzzy: …, port: 0, protocol: HTTP}',
      14,
    ]);
    expect(caretOf(gateway('{name: a, port: 0, protocol: HTTP}'))).toEqual([
      '  - {name: a, port: 0, protocol: HTTP}',
      20,
    ]);
    expect(caretOf(gateway('{protocol: 東京, name: a, port: 0}'))).toEqual([
      '  - {protocol: 東京, name: a, port: 0}',
      15,
    ]);
  });

  it('of a long line is the part around the caret', () => {
    const text = `{"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": {"name": "a"}, "spec": {${' '.repeat(5000)}"gatewayClassName": 1, "listeners": [{"name": "a", "port": 80, "protocol": "HTTP"}]}}`;
    const report = textReport(check({ 'a.yaml': text }), PLAIN);
    for (const line of report.split('\n')) expect(line.length).toBeLessThan(160);
  });

  it('holds nothing that a terminal would obey, whatever the file and its name hold', () => {
    const hostile = fc.string({
      unit: fc.constantFrom(
        '\x1b',
        '[',
        '2',
        'J',
        '\x07',
        '\x9b',
        '\u202e',
        'a',
        '"',
        '\n',
        ':',
        ' ',
        '\r',
      ),
    });
    fc.assert(
      fc.property(hostile, hostile, (name, text) => {
        const manifest = `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: a}\nspec:\n  gatewayClassName: agentgateway # ${text.replace(/[\r\n]/g, '')}\n  ${JSON.stringify(text)}: 1\n  listeners: []\n`;
        const file = `${name}.yaml`;
        const result = check({ [file]: manifest, 'b.yaml': text });
        const all = [
          textReport(result, PLAIN),
          jsonReport(result),
          githubReport(result),
          sarifReport(result, SARIF),
        ];
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
        for (const report of all) expect(report).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
      }),
    );
  });
});

describe('findings as text, where a file has more of them than anybody reads', () => {
  const many = (count: number, severity: Diagnostic['severity']) =>
    Array.from({ length: count }, (_, index) => ({ ...FINDING, severity, line: index + 1 }));
  const heads = (text: string) => text.match(/^ {2}(error|warning) /gm)?.map((head) => head.trim());

  it('are bounded for each file, and counted all the same', () => {
    const other = { ...FINDING, source: 'other.yaml' };
    const text = textReport(checked(...many(20_000, 'error'), other), PLAIN);
    expect(heads(text)).toHaveLength(101);
    expect(text).toContain('\n  … and 19900 errors more in this file; --format json shows all\n\n');
    expect(text).toContain('\n20001 errors: 1 object in 0 files\n');
  });

  it('are errors first, in their order', () => {
    const text = textReport(checked(...many(150, 'warning'), ...many(60, 'error')), PLAIN);
    const expected = [...Array(40).fill('warning'), ...Array(60).fill('error')];
    expect(heads(text)).toEqual(expected);
    expect(text).toContain('… and 110 warnings more in this file');
  });

  it('are all there while they are not too many', () => {
    const text = textReport(checked(...many(100, 'error')), PLAIN);
    expect(heads(text)).toHaveLength(100);
    expect(text).not.toContain('more in this file');
  });
});
