import type { Construct } from 'constructs';
import { checkPort } from '../port';
import type { ResourceProps } from '../resource';
import { Backend } from './backend';

const HOST = /^[A-Za-z0-9]([-A-Za-z0-9._]*[A-Za-z0-9])?$/;
const MAX_HOST = 256;

/** Properties of `StaticBackend`: `host` and `port`, or `unixPath`. */
export interface StaticBackendProps extends ResourceProps {
  /**
   * Host name or IPv4 address.
   *
   * @default - none; give `unixPath` then
   */
  readonly host?: string;

  /**
   * TCP port.
   *
   * @default - none; give `unixPath` then
   */
  readonly port?: number;

  /**
   * Absolute path of a Unix socket.
   *
   * @default - none; give `host` and `port` then
   */
  readonly unixPath?: string;
}

/** A host that is not a Service: outside the cluster, or on the gateway's own machine. */
export class StaticBackend extends Backend {
  constructor(scope: Construct, id: string, props: StaticBackendProps) {
    const { metadata, host, port, unixPath } = props;
    const path = [scope.node.path, id].filter(Boolean).join('/');
    check(`StaticBackend ${path}`, props);
    super(scope, id, { metadata, spec: { static: { host, port, unixPath } } });
  }
}

function check(backend: string, { host, port, unixPath }: StaticBackendProps): void {
  if (unixPath !== undefined) return checkUnixPath(backend, unixPath, host ?? port);
  if (host === undefined || port === undefined)
    throw new Error(`${backend} needs \`host\` and \`port\`, or \`unixPath\``);
  if (!HOST.test(host) || host.length > MAX_HOST)
    throw new Error(`${backend}: host "${host}" is no host name; ${hostHint(host)}`);
  checkPort(port, `${backend}: port`);
}

function checkUnixPath(backend: string, unixPath: string, other: unknown): void {
  if (other !== undefined)
    throw new Error(`${backend} has \`unixPath\` beside \`host\` or \`port\`; keep one way`);
  if (!unixPath.startsWith('/'))
    throw new Error(`${backend}: unixPath "${unixPath}" must be absolute, like "/run/app.sock"`);
}

function hostHint(host: string): string {
  if (host.includes('://')) return 'leave out the scheme, and put the port in `port`';
  if (/^\[?[0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\]?$/.test(host))
    return 'agentgateway takes no IPv6 literals here; write a DNS name that resolves to it';
  if (/^[^:]+:\d+$/.test(host)) return 'put the port in `port`';
  return 'write it without scheme, port and path, for example "api.example.com"';
}
