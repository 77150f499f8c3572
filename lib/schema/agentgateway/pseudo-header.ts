import { cel } from '../rule';
import type { Definitions } from '../schema';

const PSEUDO_HEADERS = [':authority', ':method', ':path', ':scheme', ':status'];

export const PSEUDO_HEADER_DEFINITIONS: Definitions = {
  HeaderOrPseudoName: {
    type: 'string',
    description:
      'The name of a header field, upper and lower case being the same; or one of HTTP/2’s pseudo headers: `:authority`, `:method`, `:path`, `:scheme`, `:status`.',
    minLength: 1,
    maxLength: 256,
    pattern: "^:?[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$",
    patternMeans:
      'the name of a header: letters, digits and `-`, without spaces; or a pseudo header',
    rules: [
      cel(
        `!self.startsWith(':') || self in [${PSEUDO_HEADERS.map((name) => `'${name}'`).join(', ')}]`,
        {
          path: '',
          message: `the pseudo headers are ${PSEUDO_HEADERS.join(', ')}; other names begin without a colon`,
        },
      ),
    ],
  },
};
