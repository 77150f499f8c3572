import type { Definitions } from '../schema';
import { duration, flag, object, texts } from './shared';

export const CORS: Definitions = {
  Cors: object('Which pages of other origins may call, from a browser.', {
    allowCredentials: flag('Whether browsers may send cookies and credentials along.', false),
    allowHeaders: texts('Request headers that pages may set; `*` for all.'),
    allowMethods: texts('Methods that may be called; `*` for all.'),
    allowOrigins: texts('Origins that may call, such as `https://example.com`; `*` for all.'),
    exposeHeaders: texts('Response headers that pages may read.'),
    maxAge: duration('How long a browser may remember the answer to a preflight.'),
  }),
};
