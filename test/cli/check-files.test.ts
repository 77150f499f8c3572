import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brief, check } from '../support/check';

const ROUTE = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs: [{name: edge}]
  rules: [{backendRefs: [{name: cart, port: 80}]}]
`;
const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {ports: [{port: 80}]}
`;
const GATEWAY = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  gatewayClassName: agentgateway
  listeners:
  - name: http
    port: 80
    protocol: HTTP
`;
const ALL = [GATEWAY, ROUTE, SERVICE].join('---\n');

function policy(spec: string): string {
  return `apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayPolicy
metadata: {name: rules, namespace: shop}
spec:
${spec.replace(/^/gm, '  ')}
`;
}

describe('where a finding points', () => {
  it.each<[string, string, string]>([
    [
      'the key of an unknown field',
      GATEWAY.replace('port:', 'prot:'),
      'UnknownField a.yaml:8:5 spec.listeners[0].prot',
    ],
    [
      'the value that is wrong',
      GATEWAY.replace('port: 80', 'port: 808080'),
      'Invalid a.yaml:8:11 spec.listeners[0].port',
    ],
    [
      'the list where something is missing',
      GATEWAY.replace('  - name: http\n    port', '  - port'),
      'Required a.yaml:7:5 spec.listeners[0].name',
    ],
    [
      'a value in a map on one line',
      `{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: a}, spec: {gatewayClassName: 1, listeners: [{name: a, port: 80, protocol: HTTP}]}}`,
      'TypeInvalid a.yaml:1:105 spec.gatewayClassName',
    ],
    [
      'a file with Windows line ends',
      GATEWAY.replace('port: 80', 'port: many').replaceAll('\n', '\r\n'),
      'TypeInvalid a.yaml:8:11 spec.listeners[0].port',
    ],
    ['the second document', `${SERVICE}---\n${GATEWAY.replace('HTTP', 'HTP')}`, ''],
  ])('is %s', (_name, text, expected) => {
    if (expected)
      expect(brief(check({ 'a.yaml': text }, { verdict: true }))).toEqual([`error ${expected}`]);
    else expect(brief(check({ 'a.yaml': text }, { verdict: true }))).toEqual([]);
  });

  it('is the entry of a List', () => {
    const entry = GATEWAY.replace('port: 80', 'port: many')
      .replace(/^/gm, '  ')
      .replace('  ', '- ');
    const text = `apiVersion: v1\nkind: List\nitems:\n${entry.trimEnd()}\n`;
    expect(brief(check({ 'a.yaml': text }))).toEqual([
      'error TypeInvalid a.yaml:11:13 spec.listeners[0].port',
    ]);
  });

  it('is where an anchor was written, for what an alias or a merge key brings', () => {
    const anchors =
      'x-base: &base {port: many, protocol: HTTP}\nx-all: &all {<<: *base, name: http}\n';
    const [head] = GATEWAY.split('listeners:');
    expect(brief(check({ 'a.yaml': `${anchors}${head}listeners: [*all]\n` }))).toContain(
      'error TypeInvalid a.yaml:1:22 spec.listeners[0].port',
    );
  });

  it.each<[string, string, string]>([
    ['plain', 'jwt.sub = "a"', '10:19'],
    ['in single quotes', `'jwt.sub = "a"'`, '10:20'],
    ['in double quotes', String.raw`"jwt.sub == \"a\" &&& x"`, '10:31'],
    ['a literal block', '|\n      jwt.sub == "a"\n        && = "b"', '12:16'],
    ['a folded block', '>-\n      jwt.sub == "a"\n      && = "b"', '12:14'],
  ])('is the place inside of an expression: %s', (_name, expression, place) => {
    const text =
      policy(`targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: cart}]
traffic:
  authorization:
    policy:
      matchExpressions:
      - ${expression.replaceAll('\n', '\n  ')}`);
    expect(brief(check({ 'a.yaml': text }))).toContainEqual(
      expect.stringMatching(`^error InvalidExpression a.yaml:${place} spec.traffic.authorization`),
    );
  });
});

describe('a regular expression that agentgateway does not take', () => {
  const match = (text: string) =>
    [GATEWAY, ROUTE.replace('backendRefs', `matches: [${text}], backendRefs`), SERVICE].join(
      '---\n',
    );
  const found = (text: string) => brief(check({ 'a.yaml': match(text) }));

  it.each<[string, string, string]>([
    ['path', "{path: {type: RegularExpression, value: '(?=a)'}}", 'matches[0].path.value'],
    [
      'header',
      "{headers: [{name: a, type: RegularExpression, value: '('}]}",
      'matches[0].headers[0].value',
    ],
    [
      'query',
      "{queryParams: [{name: a, type: RegularExpression, value: '((a{100}){100}){100}'}]}",
      'matches[0].queryParams[0].value',
    ],
  ])('is told once, at the %s', (_, written, place) => {
    const text = match(written);
    const line = text.split('\n')[15]!;
    const column = line.indexOf("value: '") + "value: '".length + 1;
    expect(found(written)).toEqual([
      `error InvalidValue a.yaml:16:${column} spec.rules[0].${place}`,
    ]);
    expect(brief(check({ 'a.yaml': text }, { verdict: true }))).toEqual([]);
  });

  it('hides nothing else that is wrong with the route', () => {
    const text = match("{path: {type: RegularExpression, value: '('}}").replace('edge}]', 'edgy}]');
    expect(brief(check({ 'a.yaml': text }))).toEqual([
      expect.stringMatching(/^warning NoMatchingParent /),
      expect.stringMatching(/^error InvalidValue /),
    ]);
  });

  it.each([
    "{path: {type: RegularExpression, value: '/a**'}}",
    "{path: {type: RegularExpression, value: '/[a-z&&[^b]]'}}",
    "{path: {type: Exact, value: '/(a'}}",
    "{headers: [{name: a, value: '('}]}",
  ])('is not %s', (written) => {
    expect(found(written)).toEqual([]);
  });

  it('shows nothing of a header, whose value may be a secret', () => {
    const { diagnostics } = check({
      'a.yaml': match("{headers: [{name: a, type: RegularExpression, value: 'hunter2('}]}"),
    });
    expect(diagnostics).toHaveLength(1);
    expect(JSON.stringify(diagnostics)).not.toContain('hunter2');
  });

  const standalone = (route: string) =>
    `binds:\n- port: 80\n  listeners:\n  - routes:\n    - backends: [{host: "a:1"}]\n      ${route}\n`;

  it.each<[string, string]>([
    ["matches: [{path: {regex: '(?=a)'}}]", 'matches[0].path.regex'],
    ["matches: [{headers: [{name: a, value: {regex: '('}}]}]", 'matches[0].headers[0].value.regex'],
    ["matches: [{query: [{name: a, value: {regex: '\\1'}}]}]", 'matches[0].query[0].value.regex'],
    [
      "policies: {ai: {promptGuard: {request: [{regex: {rules: [{pattern: 'a{'}]}}]}}}",
      'policies.ai.promptGuard.request[0].regex.rules[0].pattern',
    ],
  ])('is refused by the parser of a standalone file: %s', (route, place) => {
    const path = `binds[0].listeners[0].routes[0].${place}`;
    for (const verdict of [true, false]) {
      expect(brief(check({ 'a.yaml': standalone(route) }, { verdict }))).toEqual([
        expect.stringMatching(`error InvalidValue a.yaml:6:`),
      ]);
      expect(check({ 'a.yaml': standalone(route) }, { verdict }).diagnostics[0]!.path).toBe(path);
    }
  });

  it.each(['/a$', '/a$$', '/$NAME(', `/$${'{NAME:-a}'}(`])(
    'is not one whose dollars mean something else: %s',
    (pattern) => {
      const text = standalone(`matches: [{path: {regex: '${pattern}'}}]`);
      const environment = { variables: () => 'a' };
      expect(brief(check({ 'a.yaml': text }, environment))).toEqual([]);
    },
  );

  it.each<[string, string]>([
    ['request.path.matches("a(?=b)")', '"a('],
    ['regexReplace(request.path, "(", "") == "a"', '"("'],
  ])('is told at its place inside of an expression: %s', (expression, pattern) => {
    const text = standalone(`policies: {authorization: {rules: ['${expression}']}}`);
    const column = text.split('\n')[5]!.indexOf(pattern) + 1;
    expect(brief(check({ 'a.yaml': text }))).toEqual([
      `error InvalidExpression a.yaml:6:${column} binds[0].listeners[0].routes[0].policies.authorization.rules[0]`,
    ]);
    expect(brief(check({ 'a.yaml': text }, { verdict: true }))).toEqual([]);
  });
});

describe('YAML is read as kubectl reads it', () => {
  const typed = (value: string) =>
    brief(
      check(
        { 'a.yaml': GATEWAY.replace('agentgateway', value).replace('port: 80', 'port: 80') },
        { verdict: true },
      ),
    );

  it.each(['yes', 'off', 'y', 'N', '0o17', '0x1f', '1_000', '017', '089', '1e3', '~'])(
    'so that `%s` is no text',
    (value) => {
      expect(typed(value)).toEqual([expect.stringContaining('spec.gatewayClassName')]);
    },
  );

  it.each(['"yes"', "'017'", '2024-01-01', '1.2.3', 'yess', '12:30'])(
    'so that `%s` is one',
    (value) => {
      expect(typed(value).filter((finding) => finding.includes('TypeInvalid'))).toEqual([]);
    },
  );

  it.each(['80', '0x50', '0o120', '0b1010000', '0120', '8_0'])(
    'so that `%s` is port 80',
    (value) => {
      const text = ALL.replace('port: 80\n    protocol', `port: ${value}\n    protocol`);
      const twice = `${text}---\n${GATEWAY.replace('edge', 'other')}`;
      expect(brief(check({ 'a.yaml': text }))).toEqual([]);
      expect(brief(check({ 'a.yaml': twice }))).toEqual([]);
    },
  );

  it('empty documents, comments and a byte order mark say nothing', () => {
    expect(check({ 'a.yaml': `---\n# nothing\n---\n${ALL}---\n...\n` })).toMatchObject({
      diagnostics: [],
      objects: 3,
    });
  });

  it('reads JSON', () => {
    const route = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'a' },
      spec: { rules: [{ backendRef: [] }] },
    };
    expect(brief(check({ 'a.json': JSON.stringify(route, null, 2) }, { verdict: true }))).toEqual([
      'error UnknownField a.json:10:9 spec.rules[0].backendRef',
    ]);
  });
});

describe('a file that is no YAML', () => {
  it.each<[string, string, string]>([
    ['a tab', 'kind: A\napiVersion: b\nmetadata:\n\tname: x\n', 'indented by spaces, not by tabs'],
    [
      'a key that stands twice',
      'kind: A\napiVersion: b\nmetadata:\n  name: x\n  name: y\n',
      'the key `name` stands twice in its map: here, and before in line 4',
    ],
    ['an alias of nothing', 'kind: A\napiVersion: b\nmetadata: *nothing\n', 'no anchor before it'],
    [
      'an alias of itself',
      'kind: A\napiVersion: b\nmetadata: &a [*a]\n',
      'inside of what it names',
    ],
    ['two colons', 'kind: A\napiVersion: b\nx: y: z\n', 'a text that holds one needs quotes'],
    ['a quote that is never closed', 'kind: A\napiVersion: b\nx: "y\n', 'a closing quote'],
    ['a template', 'kind: A\napiVersion: b\nname: {{ .Values.name }}x\n', ''],
  ])('%s is said in our own words', (_name, text, expected) => {
    const { diagnostics } = check({ 'a.yaml': text });
    expect(diagnostics.map(({ code, message }) => [code, message])).toContainEqual([
      'InvalidYaml',
      expect.stringContaining(expected),
    ]);
    for (const { line } of diagnostics) expect(line).toBeGreaterThan(0);
  });

  it('says of templates that they are rendered first', () => {
    const { diagnostics } = check({
      'a.yaml': 'kind: A\napiVersion: b\nname: {{ .Values.name }}x\n',
    });
    expect(diagnostics[0]?.hint).toContain('helm template');
  });

  it('leaves the other documents and files to be checked', () => {
    const files = {
      'a.yaml': `kind: A\napiVersion: b\nx: "y\n`,
      'b.yaml': GATEWAY.replace('port:', 'prot:'),
    };
    expect(brief(check(files)).map((text) => text.split(' ')[2]?.split(':')[0])).toContain(
      'b.yaml',
    );
  });

  it.each<[string, string]>([
    ['braces without end', `kind: A\napiVersion: b\nx: ${'{a: '.repeat(10_000)}`],
    ['lists without end', `kind: A\napiVersion: b\nx: ${'['.repeat(1_000_000)}`],
    ['dashes without end', `kind: A\napiVersion: b\nx:\n ${'- '.repeat(100_000)}`],
    [
      'an alias bomb',
      `kind: A\napiVersion: b\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`)}]`).join('\n')}`,
    ],
    ['many aliases', `kind: A\napiVersion: b\nx: &x [1]\ny: [${'*x,'.repeat(200_000)}]`],
    [
      'many keys',
      `kind: A\napiVersion: b\n${Array.from({ length: 100_000 }, (_, at) => `k${at}: 1`).join('\n')}`,
    ],
    [
      'keys that objects have by nature',
      'kind: A\napiVersion: b\n__proto__: {x: 1}\nconstructor: 1\ntoString: {valueOf: 1}',
    ],
    ['no text at all', ''],
  ])(
    '%s is answered in bounded time',
    (_name, text) => {
      const { diagnostics } = check({ 'a.yaml': text });
      expect(diagnostics.length).toBeLessThan(10);
      expect({}).not.toHaveProperty('x');
    },
    10_000,
  );
});

describe('which files are meant', () => {
  const OTHERS = {
    'package.json': '{"name": "x", "version": "1.0.0", "config": {"port": 1}}',
    'values.yaml': 'replicas: 1\nconfig: {}\nroutes: []\nimage: {tag: a}\n',
    'tsconfig.json': '{\n  // a comment\n  "compilerOptions": {"kind": 1}\n}',
    'list.yaml': '- a\n- b\n',
    'text.yaml': 'hello\n',
    'empty.yaml': '',
  };

  it('passes what lies in a directory and is not', () => {
    const checked = check(OTHERS, { isNamed: false });
    expect([checked.diagnostics, checked.skipped, checked.objects]).toEqual([
      [],
      Object.keys(OTHERS),
      0,
    ]);
  });

  it('reads what is named as what it is said to be', () => {
    expect(brief(check({ 'values.yaml': OTHERS['values.yaml'] }))).toContain(
      'error UnknownField values.yaml:1:1 replicas',
    );
  });

  it('finds a standalone file by its keys, misspelt ones among them', () => {
    const files = { 'a.yaml': 'bind:\n- {port: 80, listeners: []}\nroutes: []\ngateways: {}\n' };
    expect(brief(check(files, { isNamed: false }))).toContainEqual(
      expect.stringContaining('UnknownField a.yaml:1:1 bind'),
    );
  });

  it('passes objects of other kinds untouched, and counts them', () => {
    const other =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {anything: [goes]}\n';
    expect(check({ 'a.yaml': `${other}---\n${other}` })).toMatchObject({
      diagnostics: [],
      objects: 2,
    });
  });
});

describe('beyond the verdict', () => {
  const KEYS = `traffic:
  apiKeyAuthentication: {mode: Strict, secretRef: {name: keys}}`;
  const at = (kind: string, name: string) =>
    `targetRefs: [{group: gateway.networking.k8s.io, kind: ${kind}, name: ${name}}]\n`;

  it('finds what is not there, as warnings where it may be deployed from elsewhere', () => {
    const files = {
      'a.yaml': [GATEWAY, ROUTE, policy(at('HTTPRoute', 'crat') + KEYS)].join('---\n'),
    };
    expect(brief(check(files))).toEqual([
      'warning BackendNotFound a.yaml:16:33 spec.rules[0].backendRefs[0].name',
      'error TargetNotFound a.yaml:22:74 spec.targetRefs[0].name',
      'warning SecretNotFound a.yaml:24:42 spec.traffic.apiKeyAuthentication.secretRef',
    ]);
    expect(brief(check(files, { verdict: true }))).toEqual([]);
  });

  it('warns only of a target where no object of its kind was given', () => {
    expect(brief(check({ 'a.yaml': policy(at('HTTPRoute', 'cart') + KEYS) }))).toEqual([
      'warning TargetNotFound a.yaml:5:74 spec.targetRefs[0].name',
      'warning SecretNotFound a.yaml:7:42 spec.traffic.apiKeyAuthentication.secretRef',
    ]);
  });

  it.each(['GRPCRoute', 'ListenerSet'])('finds missing targets of kind %s as well', (kind) => {
    expect(
      brief(
        check({ 'a.yaml': policy(`${at(kind, 'cart')}traffic: {timeouts: {request: 1s}}`) }, {}),
      ),
    ).toContainEqual(
      expect.stringMatching(/TargetNotFound a\.yaml:5:\d+ spec\.targetRefs\[0\]\.name/),
    );
  });

  it('finds missing Secrets, Services and entries of backends of every kind', () => {
    const backend = `apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayBackend
metadata: {name: models, namespace: shop}
spec:
  ai: {provider: {openai: {model: a}}}
  policies:
    auth: {secretRef: {name: openai}}
---
apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayBackend
metadata: {name: tools, namespace: shop}
spec:
  mcp:
    targets: [{name: a, static: {backendRef: {name: tools}, port: 80}}]
`;
    expect(brief(check({ 'a.yaml': backend }))).toEqual([
      'warning SecretNotFound a.yaml:7:30 spec.policies.auth.secretRef.name',
      'warning BackendNotFound a.yaml:14:53 spec.mcp.targets[0].static.backendRef.name',
    ]);
  });

  it('names a missing Service once, however many routes use it', () => {
    const routes = Array.from({ length: 5 }, (_, n) =>
      ROUTE.replace('name: cart,', `name: r${n},`),
    );
    const found = brief(check({ 'a.yaml': [GATEWAY, ...routes].join('---\n') }));
    expect(found.filter((text) => text.includes('BackendNotFound'))).toHaveLength(1);
  });

  it('finds references that are not permitted, of routes that are not translated too', () => {
    const route = ROUTE.replace('HTTPRoute', 'GRPCRoute').replace(
      'name: cart, port',
      'name: cart, namespace: other, port',
    );
    expect(brief(check({ 'a.yaml': `${GATEWAY}---\n${route}` }))).toContainEqual(
      expect.stringContaining('error RefNotPermitted'),
    );
    const grant = `apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: a, namespace: other}
spec:
  from: [{group: gateway.networking.k8s.io, kind: GRPCRoute, namespace: shop}]
  to: [{group: '', kind: Service}]
`;
    expect(
      brief(check({ 'a.yaml': `${GATEWAY}---\n${route}`, 'b.yaml': grant })).join(),
    ).not.toContain('RefNotPermitted');
  });

  it('finds objects that stand twice: in one file a mistake, in several perhaps two clusters', () => {
    const copy = GATEWAY.replace('metadata: {name: edge', 'metadata: {name:  edge');
    expect(brief(check({ 'a.yaml': `${GATEWAY}---\n${copy}` }))).toEqual([
      'error Duplicate a.yaml:13:19 metadata.name',
    ]);
    expect(brief(check({ 'a.yaml': GATEWAY, 'b.yaml': copy }))).toEqual([
      'warning Duplicate b.yaml:3:19 metadata.name',
    ]);
  });

  it('finds policies that tie', () => {
    const one = policy(at('HTTPRoute', 'cart') + KEYS);
    const two = one.replace('name: rules', 'name: others');
    expect(brief(check({ 'a.yaml': ALL, 'b.yaml': `${one}---\n${two}` })).join()).toContain(
      'error Conflicted b.yaml',
    );
  });

  it('waits with what only follows from a broken object until that is mended', () => {
    const files = {
      'a.yaml': [GATEWAY.replace('name: http', 'nam: http'), ROUTE, SERVICE].join('---\n'),
    };
    expect(brief(check(files))).toEqual(['error UnknownField a.yaml:7:5 spec.listeners[0].nam']);
  });

  it('never calls a configuration wrong for what the reference gateway does not run', () => {
    const files = {
      'a.yaml': [ALL, policy(`${at('HTTPRoute', 'cart')}traffic: {csrf: {}}`)].join('---\n'),
      'b.yaml':
        'binds:\n- port: 80\n  listeners:\n  - routes:\n    - policies: {csrf: {}}\n      backends: [{host: "a:1"}]\n',
    };
    expect(brief(check(files))).toEqual([]);
    expect(brief(check(files, { verdict: true }))).toEqual([]);
  });

  it('says of standalone authentication without a mode that it asks nobody', () => {
    const file = (jwt: string) =>
      `binds:\n- port: 80\n  listeners:\n  - routes:\n    - policies:\n        jwtAuth: {${jwt}issuer: a, audiences: [a], jwks: {file: a}}\n      backends: [{host: "a:1"}]\n`;
    expect(brief(check({ 'a.yaml': file('') }))).toEqual([
      'warning OptionalByDefault a.yaml:6:9 binds[0].listeners[0].routes[0].policies.jwtAuth.mode',
    ]);
    expect(brief(check({ 'a.yaml': file('mode: strict, ') }))).toEqual([]);
    expect(brief(check({ 'a.yaml': file('') }, { verdict: true }))).toEqual([]);
  });

  it('says of external authorization that it sees nothing of bodies that it is to see', () => {
    const file = (body: string) =>
      `binds:\n- port: 80\n  listeners:\n  - routes:\n    - policies:\n        extAuthz: {host: "a:1", includeRequestBody: {${body}}}\n      backends: [{host: "a:1"}]\n`;
    expect(brief(check({ 'a.yaml': file('allowPartialMessage: true') }))).toEqual([
      'warning BodyNotSent a.yaml:6:33 binds[0].listeners[0].routes[0].policies.extAuthz.includeRequestBody.maxRequestBytes',
    ]);
    expect(brief(check({ 'a.yaml': file('maxRequestBytes: 8192') }))).toEqual([]);
    expect(brief(check({ 'a.yaml': file('') }, { verdict: true }))).toEqual([]);
  });

  it('reads the expressions of policies that may also be written with conditions', () => {
    const file = (policy: string) =>
      `binds:\n- port: 80\n  listeners:\n  - routes:\n    - policies:\n        extAuthz: ${policy}\n      backends: [{host: "a:1"}]\n`;
    const once = '{host: "a:1", protocol: {http: {path: "a =="}}}';
    const path = 'binds[0].listeners[0].routes[0].policies.extAuthz';
    expect(brief(check({ 'a.yaml': file(once) }))).toEqual([
      `error InvalidExpression a.yaml:6:62 ${path}.protocol.http.path`,
    ]);
    expect(brief(check({ 'a.yaml': file(`{conditional: [${once}]}`) }))).toEqual([
      `error InvalidExpression a.yaml:6:77 ${path}.conditional[0].protocol.http.path`,
    ]);
  });

  it('reads on where a variable of the environment is not set, which the verdict does not', () => {
    const file = 'binds:\n- port: $PORT\n  listeners:\n  - routes:\n    - backends: [{host: x}]\n';
    expect(brief(check({ 'a.yaml': file }))).toEqual([
      'warning VariableUnset a.yaml:2:9',
      'error Invalid a.yaml:5:25 binds[0].listeners[0].routes[0].backends[0].host',
    ]);
    expect(brief(check({ 'a.yaml': file }, { verdict: true }))).toEqual([
      'error VariableUnset a.yaml:2:9',
    ]);
  });

  it('widens to the experimental channel when it is told to', () => {
    const udp =
      'apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: UDPRoute\nmetadata: {name: a}\nspec: {rules: [{backendRefs: [{name: a, port: 1}]}]}\n';
    expect(brief(check({ 'a.yaml': udp }, { verdict: true }))).not.toEqual([]);
    expect(brief(check({ 'a.yaml': udp }, { verdict: true, channel: 'experimental' }))).toEqual([]);
  });
});

it('says the same in the same order, in whatever order objects stand in a file', () => {
  const parts = [GATEWAY.replace('port: 80', 'port: 0'), ROUTE, policy('targetRefs: []')];
  const codes = (texts: string[]) =>
    brief(check({ 'a.yaml': texts.join('---\n') }))
      .map((text) => text.replace(/ \S+:\d+:\d+/, ''))
      .sort();
  expect(codes([...parts].reverse())).toEqual(codes(parts));
});

describe('a file that somebody is in the middle of writing', () => {
  const STANDALONE = `binds:
- port: 80
  listeners:
  - routes:
    - policies:
        apiKey: {keys: [{key: '$KEY'}]}
        authorization: {rules: [{allow: 'jwt.sub == "a"'}]}
      backends: [{host: "a:1"}]
`;
  const edit = fc.record({
    at: fc.nat(600),
    remove: fc.nat(12),
    insert: fc.oneof(
      fc.constantFrom(
        '\n',
        '  ',
        '- ',
        ': ',
        '{',
        '}',
        '[',
        '&a ',
        '*a',
        '<<: ',
        '"',
        "'",
        '|\n',
        '\t',
        '!!int ',
        '\0',
        '---\n',
        '#',
        '? ',
        '$',
        '${X',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
  });

  it.each([
    ['manifests', [ALL, policy('targetRefs: []')].join('---\n')],
    ['a standalone file', STANDALONE],
  ])(
    'always gets findings with a place in it: %s',
    (_name, text) => {
      fc.assert(
        fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
          const edited = edits.reduce(
            (former, { at, remove, insert }) =>
              former.slice(0, at % former.length) +
                insert +
                former.slice((at % former.length) + remove) || ' ',
            text,
          );
          const lines = edited.split('\n').length;
          for (const { line, source } of check({ 'a.yaml': edited }).diagnostics) {
            expect(source).toBe('a.yaml');
            expect(line).toBeGreaterThan(0);
            expect(line).toBeLessThanOrEqual(lines);
          }
        }),
        { numRuns: 200 },
      );
    },
    60_000,
  );
});
