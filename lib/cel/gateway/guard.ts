import { fieldsAlong, type Path, showPath } from './path';
import { HEADERS } from './variables';

const NAME = /^[A-Za-z_]\w*$/;

/**
 * The question whether a path can be read; nothing where CEL has none.
 *
 * @example guardOf(['jwt', 'team', 'name']) // 'has(jwt.team) && has(jwt.team.name)'
 * @example guardOf(['request', 'headers', 'x-team']) // '"x-team" in request.headers'
 */
export function guardOf(path: Path): string | undefined {
  const questions = path.slice(1).flatMap((_, index) => {
    const part = path.slice(0, index + 2);
    return isAlwaysThere(part) ? [] : [questionOf(part)];
  });
  return questions.includes(undefined) ? undefined : questions.join(' && ');
}

/** Whether a field is there wherever what is around it is. */
function isAlwaysThere(path: Path): boolean {
  const fields = fieldsAlong(path);
  return fields.length === path.length && fields[fields.length - 1].always === true;
}

function questionOf(path: Path): string | undefined {
  const name = path[path.length - 1];
  const owner = path.slice(0, -1);
  if (fieldsAlong(owner)[owner.length - 1]?.type === HEADERS)
    return `${JSON.stringify(name)} in ${showPath(owner)}`;
  return NAME.test(name) ? `has(${showPath(path)})` : undefined;
}
