import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { unsupportedIn, validateStandalone } from '../../lib/schema/validate-standalone';
import { told } from './verdict';

interface Case {
  readonly case: string;
  readonly document: unknown;
  /** The verdict of agentgateway's parser. */
  readonly findings?: string[];
  /** What this gateway would leave undone, and refuses therefore. */
  readonly notRun?: string[];
}

const cases = casesOf('standalone.yaml');
const loading = casesOf('standalone-loading.yaml');

function casesOf(file: string): Case[] {
  return parse(readFileSync(join(__dirname, 'testdata', file), 'utf8'));
}

describe('the verdict on a standalone file', () => {
  it.each(cases.map((entry) => [entry.case, entry] as const))('%s', (_, entry) => {
    const { document, findings = [], notRun = [] } = entry;
    expect(told(validateStandalone(document))).toEqual(findings);
    expect(told(unsupportedIn(document))).toEqual(notRun);
  });

  it.each(loading.map((entry) => [entry.case, entry] as const))('%s', (_, entry) => {
    expect(told(validateStandalone(entry.document))).toEqual(entry.findings ?? []);
  });

  it.each([null, [], 'text', 3, undefined])('refuses %j, which is no file at all', (document) => {
    expect(validateStandalone(document)).toMatchObject([{ code: 'TypeInvalid', path: '' }]);
  });

  it('ends on a value that contains itself, wherever the statement does so too', () => {
    const policies: Record<string, unknown> = {};
    const call = { host: 'a:1', policies };
    policies.backendTunnel = { proxy: { host: 'a:1' }, policies };
    policies.backendAuth = { oauthTokenExchange: call };
    const document = { routes: [{ backends: [{ host: 'a:1', policies }] }] };
    expect(validateStandalone(document).map(({ code }) => code)).toEqual(['TooMany']);
    expect(unsupportedIn(document)).toHaveLength(2);
  });
});
