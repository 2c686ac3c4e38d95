export type Call = (...args: unknown[]) => unknown;

/**
 * The object with some methods of its own in front of it; everything else is the object's. Each method is given the object's. With
 * `call`, which stands for a function's own, the result is a function too.
 */
export function replacing<T extends object>(
  object: T,
  methods: Readonly<Record<string, (plain: Call) => Call>>,
  call?: Call,
): T {
  const made = new Map(
    Object.entries(methods).map(([name, method]) => [
      name,
      method((...args) => ((object as Record<string, unknown>)[name] as Call).apply(object, args)),
    ]),
  );
  return new Proxy(object, {
    get(target, name) {
      const own = typeof name === 'string' ? made.get(name) : undefined;
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      // A method may need the object's private fields; a class, or a function that is one's own, is none
      return typeof value === 'function' && !Object.hasOwn(value, 'prototype') ? (value as Call).bind(target) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
    ...(call === undefined ? {} : { apply: (_target: T, _this: unknown, args: unknown[]) => call(...args) }),
  });
}
