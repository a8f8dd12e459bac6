import type { TypeFacts } from '../core/facts.ts';
import type { ClassId, DeclarationId, LinkedClass, Program } from '../core/program.ts';

/** Who extends and implements whom. */
export function classHierarchy(
  classes: readonly LinkedClass[],
  typeNamed: Program['typeNamed'],
): Pick<Program, 'parent' | 'children'> {
  const parents = new Map<ClassId, ClassId>();
  const children = new Map<ClassId | DeclarationId, ClassId[]>();

  function note(child: LinkedClass, type: TypeFacts, isParent: boolean): void {
    if (type.kind !== 'reference') return;
    const target = typeNamed(child.file, type.name);
    if (!target || target.kind === 'library') return;
    const key = target.kind === 'class' ? target.class : target.id;
    if (key === child.id) return;
    children.set(key, [...(children.get(key) ?? []), child.id]);
    if (isParent && target.kind === 'class') parents.set(child.id, target.class);
  }

  for (const child of classes) {
    if (child.facts.extends) note(child, child.facts.extends, true);
    for (const type of child.facts.implements) note(child, type, false);
  }
  return {
    parent: (id) => parents.get(id),
    children: (target) => children.get(target) ?? [],
  };
}
