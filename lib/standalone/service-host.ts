import { type HostProblem, type HostTarget, parseHost } from './host';

/** Where a service of a policy is: a host, and whether it is called over TLS. */
export interface ServiceHost {
  readonly target: HostTarget;
  readonly secure: boolean;
}

const URL_FORM = /^(https?):\/\/([^:/?#\s]+)(?::(\d+))?\/?$/;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };

/** Reads `host:port`, `unix:/path`, `http://host` and `https://host:port`. */
export function parseServiceHost(text: string): ServiceHost | HostProblem {
  const match = URL_FORM.exec(text);
  if (!match) return serviceHost(parseHost(text), false);
  const [, scheme, host, port = DEFAULT_PORTS[scheme]] = match;
  return serviceHost(parseHost(`${host}:${port}`), scheme === 'https');
}

function serviceHost(target: HostTarget | HostProblem, secure: boolean): ServiceHost | HostProblem {
  return 'problem' in target ? target : { target, secure };
}
