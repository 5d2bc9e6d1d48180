import { z } from 'zod';

/** The fields that a schema knows in the group at `path`; none where there is no group. */
export function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let groups = groupsOf(schema);
  for (const step of path) groups = groups.flatMap((group) => groupsOf(insideOf(group, step)));
  return [...new Set(groups.flatMap((group) => (group instanceof z.ZodObject ? Object.keys(group.shape) : [])))];
}

/** What a schema comes to, without what is around it: a union is all of its options. */
function groupsOf(schema: unknown): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return groupsOf(schema.unwrap());
  if (schema instanceof z.ZodPipe) return [...groupsOf(schema.in), ...groupsOf(schema.out)];
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(groupsOf);
  return schema instanceof z.ZodType ? [schema] : [];
}

function insideOf(group: z.ZodType, step: PropertyKey): unknown {
  if (group instanceof z.ZodObject) return (group.shape as Record<PropertyKey, unknown>)[step];
  if (group instanceof z.ZodArray) return group.element;
  return group instanceof z.ZodRecord ? group.valueType : undefined;
}
