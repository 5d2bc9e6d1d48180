import type { Mistake } from '../yaml/bad-file.ts';
import { fieldName, type Yaml } from '../yaml/parse-yaml.ts';

/** Ids that two stores share, or two items of one store. */
export function duplicateIds(yaml: Yaml): Mistake[] {
  const stores = listAt(yaml.value, 'stores');
  return [
    ...sharedIds(yaml, stores, ['stores']),
    ...stores.flatMap((store, index) => sharedIds(yaml, listAt(store, 'items'), ['stores', index, 'items'])),
  ];
}

function sharedIds(yaml: Yaml, entries: readonly unknown[], path: readonly PropertyKey[]): Mistake[] {
  const first = new Map<unknown, PropertyKey[]>();
  return entries.flatMap((entry, index) => {
    const id = (entry as { id?: unknown } | null | undefined)?.id;
    if (typeof id !== 'string') return [];
    const here = [...path, index, 'id'];
    const before = first.get(id);
    if (!before) {
      first.set(id, here);
      return [];
    }
    const what = `expected an id of its own, found "${id}", which is taken on line ${yaml.positionOf(before).line}.`;
    return [{ ...yaml.positionOf(here), field: fieldName(here), what }];
  });
}

function listAt(value: unknown, key: string): unknown[] {
  const list = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return Array.isArray(list) ? list : [];
}
