import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runAgw, temporaryDirectory } from '../support/agw';

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
const BROKEN = GATEWAY.replace('port:', 'prot:');

/** A directory with these files. */
function directory(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

describe('agw check', () => {
  it('says on standard output that there is nothing to say: exit code 0', async () => {
    const { code, stdout, stderr } = await runAgw(['check', '.'], {
      cwd: directory({ 'a.yaml': GATEWAY }),
    });
    expect([code, stdout, stderr]).toEqual([0, 'no findings: 1 object in 1 file\n', '']);
  });

  it('shows the line and the place of a finding, and how to read more: exit code 1', async () => {
    const { code, stdout } = await runAgw(['check', 'a.yaml'], {
      cwd: directory({ 'a.yaml': BROKEN }),
    });
    expect(code).toBe(1);
    expect(stdout).toBe(`a.yaml
  error UnknownField 8:5 Gateway shop/edge spec.listeners[0].prot
    unknown field \`prot\`; did you mean \`port\`?
       8 |     prot: 80
         |     ^

1 error: 1 object in 1 file
what a finding means: agw check --explain UnknownField
`);
  });

  it('ends well where there are only warnings', async () => {
    const text = GATEWAY.replace('Name: agentgateway', 'Name: other');
    const { code, stdout } = await runAgw(['check', '-'], { input: text });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^standard input\n {2}warning GatewayClassNotOurs/);
  });

  it('looks anywhere below a directory, but not into what is hidden or not ours', async () => {
    const cwd = directory({
      'a/b/c.yml': BROKEN,
      'd.json': JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } }),
      'notes.txt': BROKEN,
      '.hidden/a.yaml': BROKEN,
      'node_modules/x/a.yaml': BROKEN,
      'package.json': '{"name": "x"}',
    });
    symlinkSync('..', join(cwd, 'a', 'loop'));
    const { stdout, stderr } = await runAgw(['check', '.', '--format', 'json'], { cwd });
    const report = JSON.parse(stdout);
    expect(report.diagnostics.map(({ file }: { file: string }) => file)).toEqual(['a/b/c.yml']);
    expect(report.summary).toEqual({ errors: 1, warnings: 0, objects: 2 });
    expect(stderr).toBe(
      'note: package.json is no configuration of agentgateway, so it was passed\n',
    );
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['too large', new Uint8Array(9 * 1024 * 1024).fill(0x61), /larger than the 8 MiB/],
    ['binary', new Uint8Array([0x61, 0, 0x62]), /it is binary/],
    ['of another encoding', new Uint8Array([0x61, 0xe4, 0x62]), /no text in UTF-8/],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x61, 0]), /written in UTF-16/],
    [
      'nested without end',
      `kind: A\napiVersion: b\nx: ${'{a: '.repeat(10_000)}`,
      /nested too deeply/,
    ],
  ])('finds a file that is %s, and reads the others', async (_name, content, expected) => {
    const cwd = directory({ 'a.yaml': content, 'b.yaml': BROKEN });
    const { code, stdout, stderr } = await runAgw(['check', 'a.yaml', 'b.yaml'], { cwd });
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(expected);
    expect(stdout).toMatch(/b\.yaml\n {2}error UnknownField/);
  });

  it('never waits for a pipe that nobody writes to, nor stops at a link to nothing', async () => {
    const cwd = directory({ 'a.yaml': GATEWAY });
    execFileSync('mkfifo', [join(cwd, 'pipe.yaml')]);
    symlinkSync('nowhere', join(cwd, 'link.yaml'));
    const { code, stdout } = await runAgw(['check', '.'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /link\.yaml\n {2}error Unreadable[\s\S]*pipe\.yaml\n {2}error Unreadable/,
    );
    for (const name of ['pipe.yaml', 'link.yaml', 'nothing.yaml']) {
      const named = await runAgw(['check', name], { cwd });
      expect([named.code, named.stdout]).toEqual([2, '']);
      expect(named.stderr).toMatch(/^agw: cannot read \w+\.yaml: /);
    }
  });

  it('writes all of a large file into a pipe that is read late', () => {
    const remarks = '# a remark that makes the file large\n'.repeat(20_000);
    const cwd = directory({ 'a.yaml': GATEWAY + remarks });
    const main = join(__dirname, '..', '..', 'build', 'lib', 'cli', 'main.js');
    const script = `${process.execPath} ${main} check --fix - < a.yaml | (sleep 0.3; wc -c)`;
    const { stdout } = spawnSync('bash', ['-c', script], { cwd, encoding: 'utf8' });
    expect(Number(stdout)).toBe(GATEWAY.length + remarks.length);
  });

  it('reads what a shell passes in place of a file', async () => {
    const cwd = directory({ 'a.yaml': BROKEN });
    const main = join(__dirname, '..', '..', 'build', 'lib', 'cli', 'main.js');
    const script = `${process.execPath} ${main} check <(cat a.yaml)`;
    const { status, stdout } = spawnSync('bash', ['-c', script], { cwd, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stdout).toContain('UnknownField 8:5');
  });

  it.each<[string, readonly string[], RegExp]>([
    ['nothing to check', [], /name what to check/],
    ['an unknown format', ['-', '--format', 'xml'], /text, json, sarif, github/],
    ['an unknown option', ['-', '--verdickt'], /--verdict/],
    ['a directory without files', ['.'], /holds no YAML or JSON files/],
    ['a code like none', ['--explain', 'Zzzzzzzzz'], /there are AnonymousPasses, .*, Unreachable/],
    ['a code that no finding has', ['--explain', 'RefNotPermited'], /did you mean RefNotPermitted/],
    ['a dry run of nothing', ['-', '--dry-run'], /--dry-run goes with --fix/],
  ])('takes %s for wrong usage: exit code 2', async (_name, args, expected) => {
    const cwd = temporaryDirectory();
    const { code, stdout, stderr } = await runAgw(['check', ...args], { cwd, input: GATEWAY });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(expected);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('explains a code, however it is written', async () => {
    const { code, stdout } = await runAgw(['check', '--explain', 'refnotpermitted']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^RefNotPermitted: [\s\S]*ReferenceGrant/);
  });

  it('colours where it is told to, and nowhere else without a terminal', async () => {
    const run = (...args: string[]) => runAgw(['check', '-', ...args], { input: BROKEN });
    expect((await run()).stdout).not.toContain('\x1b');
    expect((await run('--no-color')).stdout).not.toContain('\x1b');
    expect((await run('--color')).stdout).toContain('\x1b[31merror\x1b[0m');
  });

  it('repairs files in place, and says so', async () => {
    const cwd = directory({ 'a.yaml': `\ufeff${BROKEN.replaceAll('\n', '\r\n')}` });
    const dry = await runAgw(['check', '--fix', '--dry-run', '.'], { cwd });
    expect([dry.code, dry.stdout, dry.stderr]).toEqual([
      0,
      expect.stringMatching(/^-.*prot: 80\r\n\+.*port: 80/m),
      expect.stringContaining('no findings'),
    ]);
    expect(readFileSync(join(cwd, 'a.yaml'), 'utf8')).toContain('prot');
    const { code, stdout, stderr } = await runAgw(['check', '--fix', '.'], { cwd });
    expect([code, stdout]).toEqual([0, 'no findings: 1 object in 1 file\n']);
    expect(stderr).toMatch(/^repaired a\.yaml:8 UnknownField: /);
    expect(readFileSync(join(cwd, 'a.yaml'), 'utf8')).toBe(
      `\ufeff${GATEWAY.replaceAll('\n', '\r\n')}`,
    );
  });

  it('repairs standard input onto standard output', async () => {
    const { code, stdout, stderr } = await runAgw(['check', '--fix', '-'], { input: BROKEN });
    expect([code, stdout]).toEqual([0, GATEWAY]);
    expect(stderr).toContain('repaired standard input:8 UnknownField');
  });
});
