import type { IConstruct } from 'constructs';

type Build<T> = (constructs: readonly IConstruct[]) => T;

/** What was built for a tree in the validation pass that is under way. */
const passes = new WeakMap<IConstruct, Map<Build<unknown>, unknown>>();

/**
 * What `build` makes of all constructs of the tree, made once per validation pass: checks across a tree stay linear,
 * however many constructs ask.
 */
export function oncePerPass<T>(construct: IConstruct, build: Build<T>): T {
  const { root } = construct.node;
  const built = passes.get(root) ?? startPasses(root);
  if (!built.has(build)) built.set(build, build(root.node.findAll()));
  return built.get(build) as T;
}

/** cdk8s validates a tree from its root down, so the root's own validation marks the start of each pass. */
function startPasses(root: IConstruct): Map<Build<unknown>, unknown> {
  const built = new Map<Build<unknown>, unknown>();
  passes.set(root, built);
  root.node.addValidation({
    validate: () => {
      built.clear();
      return [];
    },
  });
  return built;
}
