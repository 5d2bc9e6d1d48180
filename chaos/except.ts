/** The same, but for what is named in `changes`. It works on classes with private fields too. */
export const except = <T extends object>(original: T, changes: Partial<T>): T =>
  new Proxy(original, {
    get(target, name) {
      if (Object.hasOwn(changes, name)) return changes[name as keyof T];
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
