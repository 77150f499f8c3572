import type { Definitions } from '../schema';
import { object, texts } from './shared';

export const CSRF: Definitions = {
  Csrf: object('Refuses requests that change something and come from pages of other origins.', {
    additionalOrigins: texts('Other origins whose pages may call, such as `https://example.com`.'),
  }),
};
