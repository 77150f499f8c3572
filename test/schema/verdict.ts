import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Diagnostic } from '../../lib/diagnostic';
import { validate } from '../../lib/schema/validate';

/** `Required spec.rules[0].name: … (hint)`; warnings say so. */
export function told(findings: readonly Diagnostic[]): string[] {
  return findings.map(({ severity, code, path, message, hint }) => {
    const head = severity === 'warning' ? `warning ${code}` : code;
    return `${head} ${path}: ${message}${hint ? ` (${hint})` : ''}`;
  });
}

export function verdictOn(object: unknown): string[] {
  return told(validate(object));
}

export interface Golden {
  readonly apiVersion: string;
  readonly kind: string;
  readonly cases: readonly { case: string; spec: unknown; findings?: string[] }[];
}

export const GOLDENS = [
  'agentgateway-backend',
  'agentgateway-model',
  'agentgateway-parameters',
  'agentgateway-policy',
  'backend-tls-policy',
  'gateway',
  'gateway-class',
  'grpc-route',
  'http-route',
  'listener-set',
  'reference-grant',
  'tcp-route',
  'tls-route',
  'udp-route',
];

export function golden(name: string): Golden {
  return parse(readFileSync(join(__dirname, 'testdata', `${name}.yaml`), 'utf8'));
}

/** An object of the kind that a golden is about. */
export function objectWith({ apiVersion, kind }: Golden, spec: unknown): unknown {
  return { apiVersion, kind, metadata: { name: 'sample', namespace: 'shop' }, spec };
}
