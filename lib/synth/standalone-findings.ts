import type { Diagnostic } from '../diagnostic';

const STANDALONE_ONLY = ['Unsupported', 'SecretNotFound'];

/** Whether a finding says only what standalone output lacks: a cluster is not concerned. */
export function concernsStandalone({ code }: Diagnostic): boolean {
  return STANDALONE_ONLY.includes(code);
}
