import type { CorsPolicy } from '../../standalone/document';
import type { Fields } from '../fields';

/** What a preflight may be remembered for where nothing is written: the default of Gateway API. */
const MAX_AGE_SECONDS = 5;

export function translateCors(cors: Fields): CorsPolicy {
  const allowCredentials = cors.flag('allowCredentials');
  reportAnyOrigin(cors);
  const lists = (['allowOrigins', 'allowMethods', 'allowHeaders', 'exposeHeaders'] as const)
    .map((name) => [name, cors.texts(name)] as const)
    .filter(([, list]) => list.length > 0);
  return {
    ...(allowCredentials !== undefined && { allowCredentials }),
    ...Object.fromEntries(lists),
    maxAge: `${cors.integer('maxAge', 0, 2 ** 31 - 1) ?? MAX_AGE_SECONDS}s`,
  };
}

/** Valid, and said by the reader of a standalone file as well: here of the object that it stands in. */
function reportAnyOrigin(cors: Fields): void {
  if (!cors.flag('allowCredentials') || !cors.texts('allowOrigins').includes('*')) return;
  cors.findings.warning(
    'AnyOriginWithCredentials',
    cors.at('allowOrigins'),
    'any web site may call with the credentials of its visitors, and read the answers',
    'name the origins, such as `https://app.example.com`, or drop `allowCredentials`',
  );
}
