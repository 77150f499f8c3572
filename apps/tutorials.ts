import { apiKeys } from './api-keys/calls';
import type { Tutorial } from './demo/tutorial';
import { extAuth } from './ext-auth/calls';
import { jwt } from './jwt/calls';

/** Every tutorial that `npm start` plays, in the order in which a reader meets them. */
export const tutorials: readonly Tutorial[] = [apiKeys, jwt, extAuth];
