import type { Diagnostic } from '../diagnostic';
import { check } from './check';
import { resolver } from './schema';
import { STANDALONE } from './standalone/document';

/**
 * The verdict on a standalone file, once its YAML is parsed and its `$NAME` are expanded: keys that agentgateway does
 * not know, keys that it knows and this gateway does not run (`Unsupported`), and wrong values, all findings.
 */
export function validateStandalone(document: unknown): Diagnostic[] {
  return check(STANDALONE.document, document, resolveStandalone);
}

const resolveStandalone = resolver(STANDALONE.definitions);
