import { field, isObject, quoted } from '../json';
import { type Rule, violated } from '../rule';

const ROUTES: Readonly<Record<string, string>> = {
  HTTP: 'routes',
  HTTPS: 'routes',
  TCP: 'tcpRoutes',
  TLS: 'tcpRoutes',
};

/** A listener of a bind has the list of routes that its protocol asks for, were it empty. */
export const ROUTES_OF_PROTOCOL: Rule = {
  form: 'routesOfProtocol',
  check: (self) => {
    if (!isObject(self)) return [];
    const protocol = field(self, 'protocol') ?? 'HTTP';
    const name = typeof protocol === 'string' ? ROUTES[protocol] : undefined;
    if (name === undefined || (self[name] ?? null) !== null) return [];
    const message = `${quoted(name)} is required for protocol ${protocol}`;
    const other = name === 'routes' ? 'tcpRoutes' : 'routes';
    const hint =
      (self[other] ?? null) === null
        ? `write \`${name}: []\` if there are none yet`
        : `${quoted(other)} go with protocol ${other === 'routes' ? 'HTTP or HTTPS' : 'TCP or TLS'}`;
    return violated({ path: name, message, hint, code: 'Required' });
  },
};
