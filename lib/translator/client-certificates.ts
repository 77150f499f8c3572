import type { Listener } from './gateways';
import type { KubeObject } from './objects';

/** Whether clients need a certificate to talk to a listener at all. */
export function demandsClientCertificate(
  { spec }: KubeObject,
  { port, protocol }: Listener,
): boolean {
  if (protocol !== 'HTTPS') return false;
  const frontend = spec.fields('tls')?.fields('frontend');
  const ofPort = frontend?.entries('perPort').find((entry) => entry.value.port === port);
  const settings = ofPort ? ofPort.fields('tls') : frontend?.fields('default');
  const validation = settings?.fields('validation');
  return validation !== undefined && validation.text('mode') !== 'AllowInsecureFallback';
}
